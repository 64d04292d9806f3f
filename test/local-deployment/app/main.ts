import { App } from 'cdktf';
import { EnvironmentStack } from '../../../environments/environment-stack';
import { local } from '../../../environments/local';
import { parseEnvironment } from '../../../environments/schema';

/** The environment `local` with what a test changes in it, as JSON in ENVIRONMENT_CHANGES. */
const changes = JSON.parse(process.env.ENVIRONMENT_CHANGES ?? '{}') as Record<string, unknown>;
const app = new App();
new EnvironmentStack(app, parseEnvironment('local', { ...local, ...changes }));
app.synth();
