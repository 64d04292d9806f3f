import { join } from 'node:path';
import { machineEnvironment, PROJECT, type Deployment } from '../testing/local/deployment';
import type { LocalCloud } from '../testing/local/local-cloud';
import { run } from '../testing/local/processes';
import { StartError } from './failures';
import type { Stage } from './stage';

const COMMAND = join(PROJECT, 'dist/cli/acs-push.cjs');

/** What the command printed. @throws StartError when its exit code is not 0 */
export async function acsPush(
  stage: Stage,
  cloud: LocalCloud,
  deployment: Deployment,
  words: string[],
): Promise<string> {
  const { exitCode, output } = await run(
    process.execPath,
    [COMMAND, ...words, '--output', deployment.output],
    { cwd: PROJECT, env: { ...machineEnvironment(), ...cloud.environment }, signal: stage.signal },
  );
  if (exitCode === 0) return output;
  throw new StartError(
    `acs-push ${words.join(' ')} ended with exit code ${exitCode}:\n${output}`,
    'do what its last line says',
  );
}
