import { join } from 'node:path';
import { machineEnvironment, PROJECT, type Deployment } from '../testing/local/deployment';
import type { LocalCloud } from '../testing/local/local-cloud';
import { run, type RunResult } from '../testing/local/processes';
import { StartError } from './failures';
import type { Stage } from './stage';

const COMMAND = join(PROJECT, 'dist/cli/acs-push.cjs');

/**
 * Runs the command that a person would run.
 * @param onLine hears each line that it prints
 * @throws StartError when its exit code is not 0
 */
export async function acsPush(
  stage: Stage,
  cloud: LocalCloud,
  deployment: Deployment,
  words: string[],
  onLine: (line: string) => void,
): Promise<RunResult> {
  const result = await run(process.execPath, [COMMAND, ...words, '--output', deployment.output], {
    cwd: PROJECT,
    env: { ...machineEnvironment(), ...cloud.environment },
    signal: stage.signal,
    onLine,
  });
  if (result.exitCode === 0) return result;
  throw new StartError(
    `acs-push ${words.join(' ')} ended with exit code ${result.exitCode}:\n${result.output}`,
    'do what its last line says',
  );
}
