import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BadInput } from './bad-input';
import type { Io } from './io';

const run = promisify(execFile);

/**
 * The outputs of a deployed environment, from the state of its stack in `cdktf.out`.
 * @throws BadInput when there is no such environment, or it has no state that can be read
 */
export async function readTerraformOutputs(environment: string, io: Io): Promise<Record<string, unknown>> {
  const stacks = join(io.folder, 'cdktf.out', 'stacks');
  if (!existsSync(stacks)) {
    throw new BadInput(
      `no synthesized stacks in ${stacks}: run 'npx cdktf synth' in the folder of cdktf.json, or name the resources by --communication-service, --hub and --policy`,
    );
  }
  const known = readdirSync(stacks, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  if (!known.includes(environment)) {
    throw new BadInput(`unknown environment '${environment}'; known are: ${known.join(', ') || 'none'}`);
  }
  const terraform = io.environment.TERRAFORM_BINARY_NAME ?? 'terraform';
  const { stdout } = await run(terraform, ['output', '-json', '-no-color'], {
    cwd: join(stacks, environment),
    env: { ...io.environment, CHECKPOINT_DISABLE: '1' },
    maxBuffer: 16 * 1024 * 1024,
    signal: io.signal,
  }).catch((error: Error & { code?: string; stderr?: string }) => {
    if (error.code === 'ENOENT') {
      throw new BadInput(`'${terraform}' is not installed: the outputs of an environment are read with it`);
    }
    const reason = (error.stderr ?? error.message).replace(/\s+/g, ' ').trim().slice(0, 300);
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
