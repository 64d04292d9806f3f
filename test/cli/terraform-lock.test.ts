import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput } from '../../cli/bad-input';
import { stackBackend, terraformBackend } from '../../cli/terraform-backend';
import { TerraformLock } from '../../cli/terraform-lock';
import { LockHeldError, LockLostError } from '../../link';

let folder: string;
const environment = { ...process.env, CHECKPOINT_DISABLE: '1' };

/** A stack with its state where it says, applied by the real Terraform. It has a variable that nobody has set. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  const stack = {
    terraform: { backend: { local: { path: 'elsewhere.tfstate' } } },
    variable: { secret: { type: 'string', ephemeral: true } },
    output: { one: { value: 1 } },
  };
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(stack));
  terraform('init', '-input=false');
  terraform('apply', '-auto-approve', '-input=false', '-var=secret=x');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function terraform(...words: string[]): string {
  return execFileSync('terraform', [...words, '-no-color'], {
    cwd: folder,
    env: environment,
    stdio: 'pipe',
    encoding: 'utf8',
  });
}

const plan = () => terraform('plan', '-input=false', '-var=secret=x');

const lock = (over: NodeJS.ProcessEnv = {}) =>
  new TerraformLock(folder, terraformBackend(stackBackend(folder, environment)), {
    ...environment,
    ...over,
  });

/** Terraform with something done before it runs, for a test that has to be in between. */
function wrapped(shell: string): NodeJS.ProcessEnv {
  const path = join(folder, 'wrapped');
  writeFileSync(path, `#!/bin/sh\n${shell}\nexec terraform "$@"\n`, { mode: 0o755 });
  return { TERRAFORM_BINARY_NAME: path };
}

test('keeps a deploy out while it is held, and lets it in afterwards, with nothing left behind', async () => {
  const held = await lock().acquire();
  expect(plan).toThrow('Error acquiring the state lock');
  await held.confirm();
  await held.release();
  expect(plan()).toContain('No changes.');
  expect(existsSync(join(folder, 'terraform.tfstate'))).toBe(false);
});

test('is refused at once while another has it, by the name of whoever that is', async () => {
  const held = await lock().acquire();
  const refusal: unknown = await lock()
    .acquire()
    .catch((error: unknown) => error);
  await held.release();
  expect(refusal).toBeInstanceOf(LockHeldError);
  expect(refusal).toMatchObject({ byRotation: true });
  expect((refusal as Error).message).toMatch(
    /^the state is locked by \S+@\S+ since 20\S+ .*\(OperationTypeInvalid, ID \S+\): let it end/,
  );
});

test('is known to be lost when the process that holds it dies', async () => {
  const held = await lock(wrapped('[ "$1" = console ] && echo $$ > pid')).acquire();
  const lost = new Promise((resolve) => held.lost.addEventListener('abort', resolve));
  process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
  await lost;
  expect(held.lost.reason).toBeInstanceOf(LockLostError);
  await expect(held.confirm()).rejects.toThrow('the terraform console that had the lock has ended');
  expect(plan()).toContain('No changes.');
});

test('is refused where the backend does not lock: nothing would keep deploys out', async () => {
  const acquired = lock(
    wrapped('[ "$1" = state ] && set -- state rm -lock=false -dry-run acs_push.none'),
  ).acquire();
  await expect(acquired).rejects.toThrow(BadInput);
  await expect(acquired).rejects.toThrow(/takes no lock, so nothing keeps deploys out: .*vouch by --alone/);
  expect(plan()).toContain('No changes.');
});

test('is refused where the backend does not say who has it: it could not be confirmed', async () => {
  const answered = 'terraform "$@" 2>&1 | sed "s/ID: .*/ID: $$/" >&2; exit 1';
  const acquired = lock(wrapped(`[ "$1" = state ] && { ${answered}; }`)).acquire();
  await expect(acquired).rejects.toThrow(BadInput);
  await expect(acquired).rejects.toThrow(/does not say who has the lock.*vouch by --alone/);
  expect(plan()).toContain('No changes.');
});

test('says what to do when Terraform is not connected to the state', async () => {
  rmSync(join(folder, '.terraform'), { recursive: true });
  await expect(lock().acquire()).rejects.toThrow(
    /cannot be locked: [^\n╷│╵]+; lock it otherwise by --state-blob/,
  );
});
