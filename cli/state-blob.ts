import { randomUUID } from 'node:crypto';
import { RestError } from '@azure/core-rest-pipeline';
import type { BlobClient, BlobLeaseClient } from '@azure/storage-blob';
import { LockHeldError, LockLostError, type Leasable, type Lease } from '../link';
import { BadInput } from './bad-input';
import { lockInfoText, ROTATE_OPERATION, rotationLockInfo, type LockInfo } from './lock-info';

/** Metadata in which Terraform says who has the lock: JSON in base64. Source: Terraform, backend `azurerm`. */
const LOCK_INFO = 'terraformlockid';

/**
 * The blob of a Terraform state in Azure Storage. Its lease is the lock that every deploy takes, so whoever has it
 * keeps them out; and where a rotation has it, Terraform shows what is written here.
 */
export class StateBlob implements Leasable {
  constructor(private readonly blob: BlobClient) {}

  async acquire(milliseconds: number, signal?: AbortSignal): Promise<Lease> {
    const seconds = Math.round(milliseconds / 1000);
    const options = signal ? { abortSignal: signal } : {};
    const lease = this.blob.getBlobLeaseClient(randomUUID());
    try {
      await lease.acquireLease(seconds, options);
    } catch (error) {
      throw await this.refusal(error);
    }
    const taken = new TakenLease(this.blob, lease);
    try {
      await taken.writeInfo(rotationLockInfo(lease.leaseId, this.path, seconds));
    } catch (error) {
      await taken.release().catch(() => undefined);
      throw error;
    }
    return taken;
  }

  private get path(): string {
    return `${this.blob.containerName}/${this.blob.name}`;
  }

  private async refusal(error: unknown): Promise<unknown> {
    if (!(error instanceof RestError)) return error;
    const { statusCode, code } = error;
    if (statusCode === 404) {
      return new BadInput(`there is no state at ${this.blob.url}: deploy first, or name it by --state-blob`);
    }
    if (statusCode === 401 || statusCode === 403) {
      return new BadInput(
        `the state at ${this.blob.url} may not be locked (${statusCode} ${code ?? ''}): who rotates needs the role ` +
          `'Storage Blob Data Contributor' on its container, and a network that is let in; or vouch by --alone that nobody deploys meanwhile`,
      );
    }
    if (statusCode !== 409 && statusCode !== 412) {
      return new Error(`cannot lock the state at ${this.blob.url}: ${error.message}`, { cause: error });
    }
    const info = await this.holder();
    const byRotation = info.Operation === ROTATE_OPERATION;
    const remedy = byRotation
      ? 'let it end'
      : `let it end; if it was killed, 'terraform force-unlock ${info.ID ?? 'ID'}'`;
    return new LockHeldError(`the state at ${this.blob.url} is ${lockInfoText(info)}: ${remedy}`, byRotation);
  }

  /** Whoever has the lease wrote this down; in the moment after he took it, it may be that of the one before. */
  private async holder(): Promise<Partial<LockInfo>> {
    const { metadata } = await this.blob.getProperties();
    try {
      return JSON.parse(Buffer.from(metadata?.[LOCK_INFO] ?? '', 'base64').toString()) as LockInfo;
    } catch {
      return {};
    }
  }
}

class TakenLease implements Lease {
  constructor(
    private readonly blob: BlobClient,
    private readonly lease: BlobLeaseClient,
  ) {}

  async renew(): Promise<void> {
    try {
      await this.lease.renewLease();
    } catch (error) {
      const { statusCode, code } = error as RestError;
      // The lease was broken, given to another, or went with the blob.
      if (statusCode === 404 || statusCode === 409 || statusCode === 412) {
        throw new LockLostError(`the lock on ${this.blob.url} was taken away: ${statusCode} ${code ?? ''}`);
      }
      throw error;
    }
  }

  async release(): Promise<void> {
    await this.writeInfo(undefined);
    await this.lease.releaseLease();
  }

  async writeInfo(info: LockInfo | undefined): Promise<void> {
    const conditions = { leaseId: this.lease.leaseId };
    const { metadata = {} } = await this.blob.getProperties({ conditions });
    const { [LOCK_INFO]: _, ...rest } = metadata;
    const own = info && { [LOCK_INFO]: Buffer.from(JSON.stringify(info)).toString('base64') };
    await this.blob.setMetadata({ ...rest, ...own }, { conditions });
  }
}
