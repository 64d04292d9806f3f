import { progressTo } from '../support/progress-told';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { COMMANDS } from '../../cli/commands';
import { redact } from '../../cli/redact';
import { runCommand } from '../../cli/run';
import { systemClock, RestHubClient } from '../../link';
import { Arm } from '../../local/azure/core/arm/arm';
import { machineEnvironment, synthesizedFile } from '../../testing/local/deployment';
import { credentialVariables } from '../../testing/local/push-credentials';
import type { Bench } from '../local-deployment/deployed';

/** Keeps answers back: what was made is there, and whoever made it does not hear of it. */
export class HeldAnswers {
  /** Ids of what is held, in the order that it was asked for. */
  readonly held: string[] = [];
  private holding: RegExp | undefined;
  private release = () => {};
  private released = Promise.resolve();
  private readonly waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  private readonly spy: jest.SpyInstance;

  constructor() {
    const { handle } = Arm.prototype;
    const hold = (path: string) => this.keepBack(path);
    this.spy = jest.spyOn(Arm.prototype, 'handle').mockImplementation(async function (this: Arm, request) {
      if (request.method === 'GET' && this.find(request.path) !== undefined) await hold(request.path);
      return handle.call(this, request);
    });
  }

  private async keepBack(path: string): Promise<void> {
    if (this.holding?.test(path) !== true) return;
    this.held.push(path);
    for (const { count, resolve } of this.waiting) if (this.held.length >= count) resolve();
    await this.released;
    throw new Error('nobody waits for this any more');
  }

  hold(paths: RegExp): void {
    this.held.length = 0;
    this.holding = paths;
    this.released = new Promise((resolve) => (this.release = resolve));
  }

  /** Resolves when that many are held. */
  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.held.length >= count) resolve();
      else this.waiting.push({ count, resolve });
    });
  }

  letGo(): void {
    this.holding = undefined;
    this.release();
  }

  /** Leaves Azure as it was. */
  end(): void {
    this.letGo();
    this.spy.mockRestore();
  }
}

/** What Terraform and the command are given for a bench. */
export function environmentOf({ cloud, credentials, deployment }: Bench): Record<string, string> {
  const stack = deployment.stackFolder.split('/').at(-1)!;
  return {
    ...machineEnvironment(),
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    CI: 'true',
    NO_COLOR: '1',
    ...cloud.environmentFor(synthesizedFile({ folder: deployment.folder, stack })),
    ...credentialVariables(credentials),
    ACS_PUSH_VERIFY_LEVEL: 'config',
    ACS_PUSH_STATE_DIR: join(deployment.folder, 'state'),
  };
}

/** Terraform on a bench, which can be killed. */
export function startTerraform(bench: Bench, ...words: string[]) {
  const child = spawn('terraform', words, {
    cwd: bench.deployment.stackFolder,
    env: environmentOf(bench),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const closed = once(child, 'close');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
    ended: async () => {
      const [code] = (await closed) as [number | null];
      return { code, printed };
    },
  };
}

/** Runs the command in this process, on what a bench deploys. @param folder of a cdktf project */
export async function acsPushOn(bench: Bench, words: readonly string[], folder = process.cwd()) {
  let out = '';
  let err = '';
  const code = await runCommand(
    COMMANDS,
    [words[0]!, '--output', bench.deployment.output, ...words.slice(1)],
    {
      out: (text) => (out += redact(text)),
      err: (text) => (err += redact(text)),
      environment: environmentOf(bench),
      folder,
      progress: progressTo((text) => (err += redact(text))),
      signal: new AbortController().signal,
      connect: () => ({ azure: bench.cloud.reader, hub: new RestHubClient(), clock: systemClock }),
    },
  );
  return { code, out, err };
}
