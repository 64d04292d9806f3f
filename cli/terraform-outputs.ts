import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BadInput } from './bad-input';
import type { Io } from './io';
import { stackFolder } from './stack-folder';

const run = promisify(execFile);

/**
 * The outputs of a deployed environment, from the state of its stack.
 * @throws BadInput when there is no such environment, or it has no state that can be read
 */
export async function readTerraformOutputs(environment: string, io: Io): Promise<Record<string, unknown>> {
  const folder = stackFolder(environment, io);
  const terraform = io.environment.TERRAFORM_BINARY_NAME ?? 'terraform';
  const { stdout } = await run(terraform, ['output', '-json', '-no-color'], {
    cwd: folder,
    env: { ...io.environment, CHECKPOINT_DISABLE: '1' },
    maxBuffer: 16 * 1024 * 1024,
    signal: io.signal,
  }).catch((error: Error & { code?: string; stderr?: string }) => {
    if (error.code === 'ENOENT') {
      throw new BadInput(`'${terraform}' is not installed: the outputs of an environment are read with it`);
    }
    const reason = terraformProblem(error.stderr || error.message);
    throw new BadInput(
      `the state of '${environment}' cannot be read: ${reason}; run 'npx cdktf output ${environment}' once, which connects to it`,
    );
  });
  const outputs = JSON.parse(stdout || '{}') as Record<string, { sensitive?: boolean; value?: unknown }>;
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([, output]) => output.sensitive !== true)
      .map(([name, output]) => [name, output.value]),
  );
}

/**
 * What Terraform says went wrong, in one line: without the frame it draws around its messages, and without the warnings
 * that come before.
 */
export function terraformProblem(printed: string): string {
  const plain = printed
    .replace(/\u001b\[[0-9;]*m/g, '')
    .replace(/[╷│╵\s]+/g, ' ')
    .trim();
  const problem = plain.slice(Math.max(0, plain.search(/\bError: /))).replace(/^Error: /, '');
  return problem.slice(0, 300).replace(/\.$/, '');
}
