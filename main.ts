import { App } from 'cdktf';
import { apnsTokenProblem, PushConstructError, serviceAccountProblem } from './constructs';
import { loadEnvironments } from './environments';
import { EnvironmentStack, SECRET_VARIABLES } from './environments/environment-stack';

/** Looks at the credentials that are set, before Terraform does: it can only check how they begin. */
function checkSecrets(env: NodeJS.ProcessEnv): string[] {
  const checks = [
    [SECRET_VARIABLES.apnsToken, apnsTokenProblem],
    [SECRET_VARIABLES.fcmServiceAccount, serviceAccountProblem],
  ] as const;
  return checks.flatMap(([variable, check]) => {
    const value = env[`TF_VAR_${variable}`];
    const problem = value === undefined ? undefined : check(value);
    return problem ? [`TF_VAR_${variable}: ${problem}`] : [];
  });
}

function main(): void {
  const problems = checkSecrets(process.env);
  if (problems.length > 0) throw new PushConstructError(problems.join('\n'));
  const app = new App();
  for (const environment of loadEnvironments()) new EnvironmentStack(app, environment);
  app.synth();
}

try {
  main();
} catch (error) {
  const expected = error instanceof PushConstructError || error instanceof AggregateError;
  process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
