import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockHeldError, LockLostError, type HeldLock, type RotationLock } from '../link';
import { BadInput } from './bad-input';
import { lockInfoText, type LockInfo } from './lock-info';
import { terraformProblem } from './terraform';
import type { TerraformBackend } from './terraform-backend';

/** A variable that no stack declares: Terraform warns of it as soon as it has the lock and has read the stack. */
const MARK = 'acs_push_has_the_lock';

const REFUSED = 'Error acquiring the state lock';

/** What Terraform calls the lock of its console, which is what this class and nobody else holds for long. */
const CONSOLE_OPERATION = 'OperationTypeInvalid';

/** Milliseconds that a console may take to end when it is told to. */
const END_WITHIN = 10_000;

/**
 * The lock of a Terraform state, of whatever backend that says who has it, held by a `terraform console` that is never
 * asked anything. It ends, and gives the lock up, when its input ends. When whoever opened it is killed, a lock of this
 * machine is gone with it; one that is kept elsewhere may stay.
 */
export class TerraformLock implements RotationLock {
  constructor(
    /** In which Terraform is initialized with the stack's backend. */
    private readonly folder: string,
    private readonly backend: TerraformBackend,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  async acquire(signal?: AbortSignal): Promise<HeldLock> {
    const files = mkdtempSync(join(tmpdir(), 'acs-push-'));
    const variables = join(files, 'lock.tfvars.json');
    writeFileSync(variables, JSON.stringify({ [MARK]: true }));
    // The console looks for a local state by its default name, unless it is told.
    const state = this.backend.type === 'local' ? [`-state=${this.backend.statePath}`] : [];
    const child = spawn(this.terraform, ['console', '-no-color', `-var-file=${variables}`, ...state], {
      cwd: this.folder,
      env: this.terraformEnvironment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // It may be gone by the time that its input ends.
    child.stdin.on('error', () => undefined);
    try {
      await this.waitForLock(child, signal);
      const proof = await this.confirmable();
      return new OpenConsole(child, proof, () => this.proof(), END_WITHIN);
    } catch (error) {
      await close(child, END_WITHIN);
      throw error;
    } finally {
      rmSync(files, { recursive: true, force: true });
    }
  }

  private get terraform(): string {
    return this.environment.TERRAFORM_BINARY_NAME || 'terraform';
  }

  private get terraformEnvironment(): NodeJS.ProcessEnv {
    const { TF_CLI_ARGS: _, TF_CLI_ARGS_console: __, TF_CLI_ARGS_state_rm: ___, ...rest } = this.environment;
    return { ...rest, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0' };
  }

  /** Resolves when the console has the lock. */
  private async waitForLock(child: ChildProcess, signal: AbortSignal | undefined): Promise<void> {
    let printed = '';
    let stop: () => void = () => undefined;
    await new Promise<void>((resolve, reject) => {
      stop = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', stop, { once: true });
      child.once('error', reject);
      child.once('close', () => reject(this.refusal(printed)));
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk: Buffer) => {
          // Later warnings are nobody's concern.
          if (printed.length < 100_000) printed += chunk.toString('utf8');
          if (printed.includes(MARK)) resolve();
        });
      }
      if (signal?.aborted) stop();
    }).finally(() => signal?.removeEventListener('abort', stop));
  }

  private refusal(printed: string): Error {
    if (!printed.includes(REFUSED)) {
      return new BadInput(
        `the state of ${this.folder} cannot be locked: ${terraformProblem({ out: printed, err: '' })}; lock it otherwise by --state-blob, or vouch by --alone that nobody else deploys or rotates meanwhile`,
      );
    }
    const info = lockInfoIn(printed);
    return new LockHeldError(
      `the state is ${lockInfoText(info)}: let it end; if it was killed, 'terraform force-unlock ${info.ID ?? 'ID'}'`,
      info.Operation === CONSOLE_OPERATION,
    );
  }

  /** The same, where it can be known again: some backends answer a refused lock with that lock's own id. */
  private async confirmable(): Promise<string> {
    const id = await this.proof();
    if (id !== '' && id === (await this.proof())) return id;
    throw new BadInput(
      `${this.backendText} does not say who has the lock, so a rotation could not tell whether it still has its own: ` +
        'vouch by --alone that nobody else deploys or rotates meanwhile, or keep the state in a backend that says so, such as azurerm',
    );
  }

  private get backendText(): string {
    const { name } = this.backend as { name?: string };
    return `Terraform's backend${name ? ` '${name}'` : ''} of ${this.folder}`;
  }

  /**
   * The id of the lock that keeps another Terraform out, found by something that needs the lock and changes nothing.
   * Not every backend locks, and a console that was opened is no proof that this one does.
   */
  private proof(): Promise<string> {
    return new Promise((resolve, reject) => {
      const words = ['state', 'rm', '-dry-run', '-no-color', 'acs_push.none'];
      const options = { cwd: this.folder, env: this.terraformEnvironment };
      execFile(this.terraform, words, options, (error, out, err) => {
        const printed = `${out}\n${err}`;
        if (error && printed.includes(REFUSED)) return resolve(lockInfoIn(printed).ID ?? '');
        reject(
          new BadInput(
            `${this.backendText} takes no lock, so nothing keeps deploys out: ` +
              `use one that does, or vouch by --alone that nobody else deploys or rotates meanwhile`,
          ),
        );
      });
    });
  }
}

class OpenConsole implements HeldLock {
  private readonly loss = new AbortController();

  constructor(
    private readonly child: ChildProcess,
    private readonly id: string,
    private readonly proof: () => Promise<string>,
    private readonly endWithin: number,
  ) {
    const ended = () =>
      this.loss.abort(new LockLostError('the terraform console that had the lock has ended'));
    if (hasEnded(child)) ended();
    child.once('close', ended);
  }

  get lost(): AbortSignal {
    return this.loss.signal;
  }

  async confirm(): Promise<void> {
    const id = await this.proof().catch((error: Error) => error);
    if (id !== this.id) {
      const found = typeof id === 'string' ? `another has it, ID ${id}` : id.message;
      this.loss.abort(new LockLostError(`the lock on the state was lost: ${found}`));
    }
    this.lost.throwIfAborted();
  }

  release(): Promise<void> {
    return close(this.child, this.endWithin);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function close(child: ChildProcess, within: number): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const closed = once(child, 'close');
  child.stdin?.end();
  const late = setTimeout(() => child.kill('SIGINT'), within);
  await closed;
  clearTimeout(late);
}

/** Source: the message of Terraform's when a lock is refused. */
function lockInfoIn(printed: string): Partial<LockInfo> {
  const field = (name: string) => new RegExp(`^[\\s│]*${name}: +(\\S.*?)\\s*$`, 'm').exec(printed)?.[1];
  const entries = (['ID', 'Operation', 'Who', 'Created', 'Info', 'Path'] as const).map(
    (name) => [name, field(name)] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
