import { App } from 'cdktf';
import { dev } from '../../environments/dev';
import { EnvironmentStack } from '../../environments/environment-stack';
import { parseEnvironment } from '../../environments/schema';

/** The app of this project with as many environments as ENVIRONMENTS says, each like `dev`. */
const app = new App();
for (let n = 1; n <= Number(process.env.ENVIRONMENTS); n++) {
  const name = `dev${n}`;
  new EnvironmentStack(app, parseEnvironment(`environments/${name}.ts`, { ...dev, name }));
}
app.synth();
