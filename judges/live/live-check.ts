import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { systemClock, type Clock } from '../../link/clock';
import { credentialFrom } from '../../link/credential';
import type { TransportOptions } from '../../link/transport-options';
import { startLocalAzure, type LocalAzure } from '../../local/azure';
import { ForwardClock } from '../../local/azure/core/forward-clock';
import type { Assumption } from './assumption';
import { compare, type Finding } from './compare';
import { leftovers, obstacle, removeGroup, type RunGroup } from './groups';
import { Requests } from './requests';
import { World, type WorldOptions } from './world';

export interface LiveCheckOptions {
  /** Variables to sign in by: docs/signing-in.md. */
  readonly environment: NodeJS.ProcessEnv;
  readonly subscriptionId: string;
  /** Region of the resource group and of what is not global. */
  readonly location: string;
  readonly assumptions: readonly Assumption[];
  /** How long may be asked; what is still open then is not settled. */
  readonly minutes: number;
  /** Stops the run; what was made goes all the same. */
  readonly signal?: AbortSignal;
  readonly log: (line: string) => void;
  /** How Azure is reached. @default - as Node.js reaches anything */
  readonly transport?: TransportOptions;
  /** Sends in place of Node's own client. @default - Node's own */
  readonly httpClient?: HttpClient;
  /** The time of the Azure that is asked. @default - the machine's */
  readonly clock?: Clock;
}

const MINUTE = 60_000;
/** What a group may be needed for beyond the questions: being made and being deleted. */
const GRACE = 60 * MINUTE;

/**
 * Asks Azure and a local Azure the same questions, and removes what it made whatever happens.
 * @throws Error when it cannot begin, or naming what is left when it could not be removed; the signal's reason when stopped
 */
export async function liveCheck(options: LiveCheckOptions): Promise<Finding[]> {
  const { log, minutes, assumptions } = options;
  const deadline = AbortSignal.timeout(minutes * MINUTE);
  const stops = [deadline, ...(options.signal ? [options.signal] : [])];
  const suffix = randomBytes(4).toString('hex');
  const real = realWorld(options, suffix, AbortSignal.any(stops));
  const problem = await obstacle(real);
  if (problem) throw new Error(problem);
  tellLeftovers(await leftovers(real), log);
  const clock = new ForwardClock();
  const local = await startLocalAzure({ clock });
  try {
    const here = localWorld(local, {
      location: options.location,
      suffix,
      clock: hurried(clock),
      signal: AbortSignal.any(stops),
    });
    await here.begin();
    return await withGroup(options, { real, suffix }, async () =>
      compare(assumptions, {
        local: here,
        real,
        deadline,
        onFinding: ({ assumption, verdict, note }) =>
          log(`${verdict}: ${assumption.id}${note ? ` (${note})` : ''}`),
      }),
    );
  } finally {
    await local.close();
  }
}

/** Removes the groups of earlier runs whose time is over; their names. */
export async function clean(options: Omit<LiveCheckOptions, 'assumptions' | 'minutes'>): Promise<string[]> {
  const world = realWorld({ ...options, minutes: 0 }, 'clean', options.signal);
  const found = await leftovers(world);
  for (const { id, name } of found) {
    options.log(`deleting ${name} …`);
    await removeGroup(world, id);
  }
  return found.map(({ name }) => name);
}

async function withGroup<T>(
  options: LiveCheckOptions,
  { real, suffix }: { real: World; suffix: string },
  run: () => Promise<T>,
): Promise<T> {
  const { log } = options;
  try {
    log(`making the resource group ${real.name('rg')} in ${options.location} …`);
    await real.begin();
    return await run();
  } finally {
    log(`deleting ${real.name('rg')}, which takes Azure some minutes …`);
    // What stops the questions does not stop this.
    const world = realWorld(options, suffix, undefined);
    await removeGroup(world, world.group).catch((error: unknown) => {
      throw new Error(
        `${real.name('rg')} is left in the subscription: ${(error as Error).message}; delete it, or run 'npm run live-check -- --clean' in ${minutesLeft(options)} minutes`,
        { cause: error },
      );
    });
    log('deleted; nothing is left');
  }
}

const minutesLeft = ({ minutes }: LiveCheckOptions) => minutes + GRACE / MINUTE;

function tellLeftovers(found: readonly RunGroup[], log: (line: string) => void): void {
  if (found.length === 0) return;
  const names = found.map(({ name }) => name).join(', ');
  log(`left behind by earlier runs: ${names}; 'npm run live-check -- --clean' deletes them`);
}

function realWorld(
  options: Omit<LiveCheckOptions, 'assumptions'>,
  suffix: string,
  signal: AbortSignal | undefined,
): World {
  const { environment, transport = {}, httpClient, subscriptionId, location, minutes } = options;
  const clock = options.clock ?? systemClock;
  const credential = credentialFrom(environment, { ...transport, subscriptionId });
  const requests = new Requests({
    ...transport,
    credential,
    ...(httpClient ? { httpClient } : {}),
    ...(signal ? { signal } : {}),
  });
  return new World({
    requests,
    subscriptionId,
    location,
    suffix,
    expiresAt: clock.now() + minutes * MINUTE + GRACE,
    clock,
    ...(signal ? { signal } : {}),
  });
}

function localWorld(
  local: LocalAzure,
  options: Pick<WorldOptions, 'location' | 'suffix' | 'clock' | 'signal'>,
): World {
  const transport = transportTo(local);
  return new World({
    requests: new Requests({
      ...transport,
      credential: credentialFrom(local.environment, transport),
      ...(options.signal ? { signal: options.signal } : {}),
    }),
    subscriptionId: local.endpoints.subscriptionId,
    ...options,
    expiresAt: options.clock.now() + GRACE,
  });
}

/** The time of a local Azure in which whoever waits puts it forward: what takes minutes is over at once. */
export function hurried(clock: ForwardClock): Clock {
  return {
    now: () => clock.now(),
    sleep: async (milliseconds) => clock.advance(milliseconds),
  };
}

/** How a client reaches that local Azure, whatever its environment says. */
export function transportTo({ endpoints }: Pick<LocalAzure, 'endpoints'>): TransportOptions {
  const { hostname, port } = new URL(endpoints.proxy);
  return {
    ca: readFileSync(endpoints.certificateFile, 'utf8'),
    proxy: { host: hostname, port: Number(port) },
  };
}
