import { App } from 'cdktf';
import { PushConstructError } from './constructs';
import { addEnvironments } from './environments/stacks';

function main(): void {
  const app = new App();
  addEnvironments(app);
  app.synth();
}

try {
  main();
} catch (error) {
  const expected = error instanceof PushConstructError || error instanceof AggregateError;
  process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
