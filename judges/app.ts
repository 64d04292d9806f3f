import { App } from 'cdktf';
import { EnvironmentStack } from '../environments/environment-stack';
import { local } from '../environments/local';
import { parseEnvironment } from '../environments/schema';

/**
 * The environment `local` with what a judge or a test changes in it, as JSON in ENVIRONMENT_CHANGES, for the azurerm of
 * AZURERM_VERSION.
 */
const changes = JSON.parse(process.env.ENVIRONMENT_CHANGES ?? '{}') as Record<string, unknown>;
const app = new App();
const stack = new EnvironmentStack(app, parseEnvironment('local', { ...local, ...changes }));
const azurerm = process.env.AZURERM_VERSION;
if (azurerm) stack.addOverride('terraform.required_providers.azurerm.version', azurerm);
app.synth();
