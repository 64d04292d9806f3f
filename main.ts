import { App } from 'cdktf';
import { PushConstructError } from './constructs';
import { loadEnvironments } from './environments';
import { EnvironmentStack } from './environments/environment-stack';
import { wanted } from './environments/only';

function main(): void {
  const app = new App();
  for (const environment of wanted(loadEnvironments())) new EnvironmentStack(app, environment);
  app.synth();
}

try {
  main();
} catch (error) {
  const expected = error instanceof PushConstructError || error instanceof AggregateError;
  process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
