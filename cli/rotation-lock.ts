import { BlobClient } from '@azure/storage-blob';
import { credentialFrom, LeasedLock, LONGEST_LEASE, systemClock, type RotationLock } from '../link';
import { BadInput } from './bad-input';
import { checkedBlobUrl } from './checked-values';
import type { Io } from './io';
import { StateBlob } from './state-blob';
import { TerraformLock } from './terraform-lock';

/** The options by which a command is told what keeps deploys out. */
export const LOCK_OPTIONS = {
  'state-blob': { type: 'string' },
  alone: { type: 'boolean', default: false },
} as const;

export const LOCK_USAGE = `  --state-blob URL             lock the Terraform state at https://{account}.blob.core.windows.net/{container}/{key}
                               (a stack's own is found by its backend)
  --alone                      lock nothing: you vouch that nobody else deploys or rotates meanwhile`;

/** Seconds of a lease that is renewed all the time; for tests that wait until one has run out. */
const LEASE_VARIABLE = 'ACS_PUSH_LEASE_SECONDS';

interface LockValues {
  readonly 'state-blob'?: string | undefined;
  readonly alone?: boolean | undefined;
}

/**
 * What keeps deploys and other rotations out: the lock of the Terraform state, which every deploy takes.
 * @throws BadInput when there is nothing to lock
 */
export async function rotationLockOf(
  stack: string | undefined,
  values: LockValues,
  io: Io,
): Promise<RotationLock | 'alone'> {
  const named = values['state-blob'];
  if (values.alone) {
    if (named !== undefined) throw new BadInput('--alone locks nothing: leave out --state-blob, or --alone');
    return 'alone';
  }
  if (named !== undefined) return blobLock(checkedBlobUrl('--state-blob', named), io);
  if (stack === undefined) {
    throw new BadInput(
      'a deploy of whoever owns this link could post a key that the rotation is about to replace, and calls would be lost; ' +
        'give --state-blob with the Terraform state of its stack, whose lock keeps deploys out, ' +
        'or vouch by --alone that nobody else deploys or rotates meanwhile (docs/rotation.md says what is at stake)',
    );
  }
  const { backend, terraform } = await io.stacks.find(stack);
  if (backend.type !== 'azurerm') return new TerraformLock(terraform.folder, backend, terraform.environment);
  if (backend.blobUrl !== undefined) {
    return blobLock(checkedBlobUrl(`the backend of '${stack}'`, backend.blobUrl), io);
  }
  throw new BadInput(
    `the blob of the state of '${stack}' cannot be told from its backend's configuration: name it by --state-blob`,
  );
}

function blobLock(url: string, io: Io): RotationLock {
  const blob = new BlobClient(url, credentialFrom(io.environment), {
    retryOptions: { maxTries: 2, tryTimeoutInMs: 15_000 },
  });
  const seconds = Number(io.environment[LEASE_VARIABLE]);
  return new LeasedLock(new StateBlob(blob), systemClock, seconds ? seconds * 1000 : LONGEST_LEASE);
}
