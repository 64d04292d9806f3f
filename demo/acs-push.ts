import { join } from 'node:path';
import { machineEnvironment, PROJECT, type Deployment } from '../testing/local/deployment';
import type { LocalCloud } from '../testing/local/local-cloud';
import { run, type RunResult } from '../testing/local/processes';
import { StartError } from './failures';
import type { Stage } from './stage';

const COMMAND = join(PROJECT, 'dist/cli/acs-push.cjs');

/**
 * Runs the command that a person would run.
 * @param onWait hears what it waits for
 * @throws StartError when its exit code is not 0
 */
export async function acsPush(
  stage: Stage,
  cloud: LocalCloud,
  deployment: Deployment,
  words: string[],
  onWait: (reason: string) => void,
): Promise<RunResult> {
  const result = await run(process.execPath, [COMMAND, ...words, '--output', deployment.output], {
    cwd: PROJECT,
    env: { ...machineEnvironment(), ...cloud.environment },
    signal: stage.signal,
    // What it tells of a wait begins with the time in a log, which whoever watches knows.
    onLine: (line) => onWait(line.replace(/^\d{4}-\d\d-\d\dT\S+ /, '')),
  });
  if (result.exitCode === 0) return result;
  throw new StartError(
    `acs-push ${words.join(' ')} ended with exit code ${result.exitCode}:\n${result.output}`,
    'do what its last line says',
  );
}
