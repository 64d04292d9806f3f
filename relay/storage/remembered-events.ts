import { randomUUID } from 'node:crypto';
import type { Claim, Clock, ProcessedEvents, Slot } from '../ports';
import { Recent } from './recent';

const REMEMBERED = 10_000;

/**
 * Slots in the memory of one process, for a relay without a storage account: what another instance or an earlier
 * process handled is not known.
 */
export class RememberedEvents implements ProcessedEvents {
  private readonly slots = new Recent<{
    version: number;
    holder: string;
    until: number;
    sent: ReadonlySet<string>;
  }>(REMEMBERED);

  constructor(private readonly clock: Clock) {}

  claim(slot: Slot): Promise<Claim> {
    const known = this.slots.get(slot.key);
    const token = randomUUID();
    let sent: ReadonlySet<string> = new Set();
    if (known) {
      if (known.version > slot.version) return Promise.resolve({ kind: 'superseded' });
      if (known.holder === 'done') {
        if (known.version === slot.version) return Promise.resolve({ kind: 'duplicate' });
      } else if (known.holder !== '' && known.until > this.clock.now()) {
        return Promise.resolve({ kind: 'busy' });
      }
      if (known.version === slot.version) sent = known.sent;
    }
    this.slots.set(slot.key, {
      version: slot.version,
      holder: token,
      until: this.clock.now() + slot.leaseMs,
      sent,
    });
    return Promise.resolve({ kind: 'mine', token, sent });
  }

  finish(slot: Slot): Promise<void> {
    const known = this.slots.get(slot.key);
    if (known?.version === slot.version) known.holder = 'done';
    return Promise.resolve();
  }

  release(slot: Slot, token: string, sent: ReadonlySet<string>): Promise<void> {
    const known = this.slots.get(slot.key);
    if (known?.holder === token) Object.assign(known, { holder: '', sent });
    return Promise.resolve();
  }
}
