import type { Clock, Log } from '../ports';
import { Recent } from '../storage/recent';
import type { Preferences } from './preferences';
import { asksForPreferences, PUSH, verdictOf, type Asked, type Verdict } from './verdict';

/** How long what was read is good for, in milliseconds: a change takes effect within this time on every instance. */
export const GOOD_FOR_MS = 10_000;

/** How long an event waits for preferences, in milliseconds; a ring is worth thirty seconds in all. */
export const WAIT_MS = { ring: 300, message: 2_000 } as const;

/** Users whose preferences are remembered, or twice as many. */
const REMEMBERED = 20_000;

/** Where preferences are read. */
export interface PreferencesSource {
  /** @throws when they cannot be had */
  get(user: string): Promise<{ readonly preferences: Preferences } | undefined>;
}

/**
 * What recipients want, at the time of an event. Never fails and never holds an event up for long: whatever cannot be
 * read in time is taken for no preferences, since a push too many is better than one that is lost.
 */
export class Recipients {
  private readonly read = new Recent<Read>(REMEMBERED);

  constructor(
    private readonly source: PreferencesSource,
    private readonly clock: Clock,
  ) {}

  /** @param now milliseconds since the epoch */
  async verdict(notification: Asked, now: number, log: Log): Promise<Verdict> {
    if (!asksForPreferences(notification)) return PUSH;
    const { kind, recipient } = notification;
    try {
      const preferences = await this.preferencesOf(
        recipient,
        kind === 'ring' ? WAIT_MS.ring : WAIT_MS.message,
      );
      return verdictOf(preferences, notification, now);
    } catch (error) {
      log.write('warn', 'preferences not known', { detail: (error as Error).message });
      return PUSH;
    }
  }

  private async preferencesOf(user: string, limit: number): Promise<Preferences> {
    const now = this.clock.now();
    const known = this.read.get(user);
    const fresh = known && now - known.at < GOOD_FOR_MS ? known : this.readAnew(user, now);
    return fresh.preferences ?? Promise.race([fresh.coming, this.late(limit)]);
  }

  /** Events that come while it is read wait for the same answer. */
  private readAnew(user: string, now: number): Read {
    const entry: Read = {
      at: now,
      coming: this.source.get(user).then((kept) => (entry.preferences = kept?.preferences ?? NONE)),
    };
    this.read.set(user, entry);
    // The next event asks again.
    entry.coming.catch(() => (entry.at = -Infinity));
    return entry;
  }

  private async late(limit: number): Promise<never> {
    await this.clock.sleep(limit);
    throw new Error(`not read within ${limit} ms`);
  }
}

const NONE: Preferences = {};

/** One reading of a user's preferences. */
interface Read {
  at: number;
  readonly coming: Promise<Preferences>;
  /** Once they are there. */
  preferences?: Preferences;
}
