import { seededRandom } from '../../../local/azure/core/random';
import { TransientError } from '../../../relay/errors';
import { VirtualTime } from '../../support/virtual-time';
import { noLog, PretendAzure, type PretendProcess } from './pretend-azure';

const TOKENS = ['aa11'.repeat(16), 'bb22'.repeat(16)];
const PUSHKIT = ['cc33'.repeat(16), 'dd44'.repeat(16)];
const USERS = ['anna', 'bert', 'cleo'].map((name) => ({
  user: `8:acs:${name}`,
  id: `installation-of-${name}`,
}));

type User = (typeof USERS)[number];

/** How long a function lives, and how long a hub may still carry out what it gave no answer to, in milliseconds. */
const FUNCTION_MS = 60_000;
const LATE_MS = 80_000;
const DAY_MS = 24 * 60 * 60_000;

/** What one of a request's turns takes, in milliseconds. */
const TURN_MS = 7;

/** Time goes on by itself, the same for all who wait. */
class TimedAzure extends PretendAzure {
  readonly time = new VirtualTime(this.now);
  override readonly clock = this.time;

  protected override turns(count: number): Promise<void> {
    return this.time.sleep(count * TURN_MS);
  }
}

/** Three users with two phones between them, on a day on which everything fails now and then. */
class WorstDay {
  readonly azure: TimedAzure;
  /** What must never be: two installations of one hub with the same handle. */
  readonly seen: string[] = [];
  private over = false;

  constructor(private readonly random: () => number) {
    this.azure = new TimedAzure(random, { maxPerUser: 3, lifetimeDays: 60 });
    const failing = this.one([0.03, 0.1, 0.25]);
    this.azure.fault = ({ service, method }) => {
      if (this.over || random() >= failing) return undefined;
      return service === 'table' || method === 'GET' || random() < 0.7
        ? this.one(['refused', 'lost', 'unanswered'] as const)
        : 'late';
    };
    this.azure.after = ({ service }) => {
      if (service === 'table') return;
      for (const handle of [...TOKENS, ...PUSHKIT]) {
        const holders = this.azure.holders(service, handle);
        if (holders.length > 1) this.seen.push(`${service}: ${holders.join(' and ')}`);
      }
    };
  }

  async goesOn(): Promise<void> {
    await Promise.all(
      USERS.map(async (user) => {
        for (let n = 0; n < 4; n++) {
          await this.azure.clock.sleep(this.random() * 5_000);
          const what = this.random();
          if (what < 0.2) await this.inAProcess((process) => signOut(process, user));
          else if (what < 0.3) await this.inAProcess(({ sweep }) => sweep.run(noLog));
          else await this.signIn(user, this.one(TOKENS), this.random() < 0.7 ? this.one(PUSHKIT) : undefined);
        }
      }),
    );
    this.over = true;
    await this.azure.clock.sleep(2 * LATE_MS);
  }

  /** As an app does that is told to come again, for some time. */
  async signIn(
    { user, id }: User,
    pushChannel: string,
    voipPushChannel: string | undefined,
  ): Promise<boolean> {
    for (let attempt = 0; attempt < (this.over ? 50 : 6); attempt++) {
      const result = await this.inAProcess(async ({ registrations }) => {
        const known = await registrations.read(id);
        const voip = registrations.hasVoip ? voipPushChannel : undefined;
        const device = { platform: 'apns', pushChannel, voipPushChannel: voip, user, alsoFor: [] } as const;
        return registrations.put(id, device, known);
      });
      if (result === 'done') return true;
      await this.azure.clock.sleep(result === 'killed' ? 10_000 : (result.retryAfterMs ?? 5_000));
    }
    return false;
  }

  /** A process that may be killed at any request, is after its time, and may have no rule of the VoIP hub. */
  async inAProcess(
    work: (process: PretendProcess) => Promise<unknown>,
  ): Promise<'done' | 'killed' | TransientError> {
    const { azure, random } = this;
    const process = azure.process(this.over || random() > 0.15);
    if (!this.over && random() < 0.1) process.killAt(1 + Math.floor(random() * 40), random() < 0.5);
    let ended = false;
    void azure.clock.sleep(FUNCTION_MS).then(() => {
      if (!ended) process.killAt(1, false);
    });
    try {
      return await Promise.race([work(process).then(() => 'done' as const), process.killed]);
    } catch (error) {
      if (error instanceof TransientError) return error;
      throw error;
    } finally {
      ended = true;
    }
  }

  one<T>(all: readonly T[]): T {
    return all[Math.floor(this.random() * all.length)]!;
  }
}

async function signOut({ registrations }: PretendProcess, { id }: User): Promise<void> {
  const known = await registrations.read(id);
  await (known ? registrations.remove(known) : registrations.finishRemoval(id));
}

test.each(Array.from({ length: 25 }, (_, day) => day))(
  'whatever failed, was killed, came late and ran at once: the last to sign in has the phone alone (day %i)',
  async (seed) => {
    const day = new WorstDay(seededRandom(`worst day ${seed}`));
    const { azure } = day;
    await azure.time.until(day.goesOn());
    const last = day.one(USERS);
    expect(await azure.time.until(day.signIn(last, TOKENS[0]!, PUSHKIT[0]))).toBe(true);
    for (let half = 0; half < 6; half++) {
      await azure.time.until(day.inAProcess(({ sweep }) => sweep.run(noLog)));
      await azure.time.pass(DAY_MS / 2 + 1);
    }
    expect(day.seen).toEqual([]);
    expect(azure.readers('alert', TOKENS[0]!)).toEqual([`user:${last.user}`]);
    expect(azure.readers('voip', PUSHKIT[0]!)).toEqual([`user:${last.user}`]);
    const left = [...azure.hubs.alert.keys()].sort();
    for (const id of azure.hubs.voip.keys()) expect(left).toContain(id);
    const of = (prefix: string, property: string) =>
      [...new Set(azure.partition(prefix).map((row) => row[property] as string))].sort();
    expect(of('installation-', 'PartitionKey')).toEqual(left.map((id) => `installation-${id}`));
    expect([of('user-', 'RowKey'), of('handle-', 'installationId'), of('removing', 'RowKey')]).toEqual([
      left,
      left,
      [],
    ]);
  },
);
