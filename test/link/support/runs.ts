import { PROPAGATION_WINDOW } from '../../../link/propagation';
import type { Report } from '../../../link/report';
import { verifyLink } from '../../../link/verify-link';
import { seeded } from './random';
import { ACS_ID, HUB_ID, JumpClock, RULE_ID, SimulatedAzure } from './simulation';

export const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What was linked before: nothing, another hub, or the same hub with its other key. */
export const SITUATIONS = ['first link', 'new hub', 'same hub'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** A link, who calls, and how much proof is asked for. Milliseconds. */
export interface Scene {
  readonly seed: number;
  readonly situation: Situation;
  readonly level: 'settled' | 'live';
  /** How long the link takes to reach the data plane. @default - by the seed, up to ten minutes */
  readonly window?: number;
  /** `often`: one every half minute. @default 'none' */
  readonly calls?: 'none' | 'some' | 'often';
  /** How long after the link somebody links once more, with the same key. @default - nobody does */
  readonly replacedAfter?: number;
  /** Whether whoever verifies knows when the link was made; otherwise it takes what is linked. @default true */
  readonly recorded?: boolean;
}

/** What came of a verification that waited, in Azure's time. */
export interface Run extends Scene {
  readonly azure: SimulatedAzure;
  /** Of the newest link: when it was made, and when the data plane acts on it. */
  readonly linkedAt: number;
  readonly live: number;
  readonly report: Report;
  /** When the answer was given. */
  readonly answeredAt: number;
}

/** Verifies a link in virtual time. */
export async function runScene(scene: Scene): Promise<Run> {
  const { seed, situation, level, calls = 'none', replacedAfter, recorded = true } = scene;
  const random = seeded(seed);
  const skew = Math.round((random() - 0.5) * 4 * 60 * MINUTE);
  const start = Date.UTC(2026, 5, 1) + Math.floor(random() * DAY);
  const clock = new JumpClock(start - skew);
  const old = start - 20 * DAY;
  const azure = new SimulatedAzure(clock, random, {
    createdAt: situation === 'first link' ? start - random() * 30 * MINUTE : old,
    keysBorn: situation === 'same hub' ? old : start - 2 * MINUTE,
    skew,
  });
  const before = old + 60 * MINUTE;
  if (situation === 'new hub') azure.link('other', 'elsewhere', 0, before);
  if (situation === 'same hub') azure.link('this', azure.keys.secondary, 0, before);
  const drawn = random() * PROPAGATION_WINDOW;
  const propagation = situation === 'first link' ? 0 : (scene.window ?? drawn);
  const made = azure.link('this', azure.keys.primary, propagation);
  const newest =
    replacedAfter === undefined
      ? made
      : azure.link('this', azure.keys.primary, scene.window ?? drawn, made.time + replacedAfter);

  callTimes(calls, random).forEach((after) => azure.place(made.time + after));

  // Who has no record and looks before the log shows the link takes the one before for it.
  await clock.sleep(random() * 60_000 + (recorded ? 0 : made.visible - made.time));
  const report = await verifyLink(
    { azure, hub: azure, clock },
    {
      communicationServiceId: ACS_ID,
      notificationHubId: HUB_ID,
      ruleId: RULE_ID,
      ...(recorded && { record: { linkedAt: clock.now(), notBefore: made.time - skew - 30_000 } }),
    },
    { level, wait: true, timeout: 60 * MINUTE },
  );
  return { ...scene, azure, linkedAt: newest.time, live: newest.live, report, answeredAt: azure.time };
}

/** Milliseconds after the link at which somebody calls, ascending. */
function callTimes(calls: Scene['calls'], random: () => number): number[] {
  if (calls === 'none') return [];
  const times =
    calls === 'often'
      ? Array.from({ length: 60 }, (_, i) => (i + random()) * 30_000)
      : Array.from({ length: 1 + Math.floor(random() * 12) }, () => random() * 25 * MINUTE);
  return times.sort((a, b) => a - b);
}

/** When the first call that proves the link can be read in the metrics; undefined when no call does. */
export function evidenceReadable({ azure, situation, linkedAt, replacedAfter }: Run): number | undefined {
  const floor = (time: number) => Math.floor(time / MINUTE) * MINUTE;
  const ceil = (time: number) => Math.ceil(time / MINUTE) * MINUTE;
  // What an earlier link may have brought proves nothing of the newest.
  const shared = situation === 'same hub' || replacedAfter !== undefined;
  const from = ceil(shared ? linkedAt + PROPAGATION_WINDOW : linkedAt);
  // In the minute of a probe a call cannot be told from it.
  const probed = new Set(azure.probes.flatMap(({ time }) => [time - 15_000, time, time + 5_000].map(floor)));
  const newest = azure.links.at(-1);
  // That no other link can have brought the call is read in the activity log, which lags too.
  const logged = shared ? 0 : (newest?.visible ?? 0);
  const proving = azure.calls.filter(({ through, time }) => through === newest && floor(time) >= from);
  const times = proving
    .filter(({ time }) => !probed.has(floor(time)))
    .flatMap(({ time, visible }) =>
      proving
        // A delivery may count a minute later than its call, and calls of neighbouring minutes cannot be told apart.
        .filter((other) => [0, MINUTE].includes(floor(other.time) - floor(time)))
        .map((other) => Math.max(visible.incoming, other.visible.delivered, logged)),
    );
  return times.sort((a, b) => a - b)[0];
}

/** When the metrics show that the push service took the credential: of the probe, or of a call in its minute or later. */
export function credentialReadable({ azure }: Run): number {
  const probe = azure.probes.at(-1)!;
  const from = Math.floor((probe.time - 2_000) / MINUTE) * MINUTE;
  const calls = azure.calls.filter(({ time, accepted }) => accepted && time >= from);
  return Math.min(probe.visible, ...calls.map(({ visible }) => visible.delivered));
}

/** When the window of the newest link is over, and the activity log shows which link that is. */
export function windowOver({ azure, situation, linkedAt, replacedAfter }: Run): number {
  const first = situation === 'first link' && replacedAfter === undefined;
  const visible = azure.links.at(-1)!.visible;
  return first ? visible : Math.max(visible, linkedAt + PROPAGATION_WINDOW);
}

/** The earliest moment at which Azure shows what the verdict needs; undefined when it never does. */
export function tellableAt(run: Run): number | undefined {
  const evidence = evidenceReadable(run);
  const proofs = [
    ...(run.level === 'settled' ? [windowOver(run)] : []),
    ...(evidence === undefined ? [] : [evidence]),
  ];
  return proofs.length === 0 ? undefined : Math.max(Math.min(...proofs), credentialReadable(run));
}

/** The most requests to ARM that were sent within any ten minutes. */
export function mostReadsInAWindow({ azure: { requestTimes: times } }: Run): number {
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! >= PROPAGATION_WINDOW) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
