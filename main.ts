import { App } from 'cdktf';
import { apnsTokenProblem, serviceAccountProblem } from './constructs';
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
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const app = new App();
  for (const environment of loadEnvironments()) new EnvironmentStack(app, environment);
  app.synth();
}

try {
  main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
