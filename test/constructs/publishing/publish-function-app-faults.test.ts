import { readFileSync } from 'node:fs';
import type { RequestClock } from '../../../constructs/publishing/scm-site';
import { publishPackage } from '../../../constructs/publishing/publish-package';
import { BreakingProxy, type Fate } from '../../support/breaking-proxy';
import { HOST, POLL, PUBLISH, PublishingWorld, SITE, TOKEN } from './support/publishing-world';

const MINUTE = 60_000;
const STEPS = [TOKEN, PUBLISH, POLL];
const FAULTS: Fate[] = [
  'not sent',
  'answer lost',
  'half an answer',
  'never answered',
  'stalls in the answer',
  '429',
  '500',
  '502',
  '503',
  'slow answer',
];

let world: PublishingWorld;

beforeAll(async () => {
  world = await PublishingWorld.start();
});
afterAll(() => world.close());

/** Time that passes by sleeping alone; the time of a request is up when a connection was left without an answer. */
class PublishingClock implements RequestClock {
  readonly slept: number[] = [];
  /** Called while the publishing step waits to try again. */
  onSleep: (times: number) => Promise<void> = () => Promise.resolve();
  /** Milliseconds that pass beside what is slept. */
  beside = 0;
  passed = 0;
  private readonly running: AbortController[] = [];

  now(): number {
    return Date.UTC(2026, 0, 1) + this.passed;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.passed += milliseconds + this.beside;
    this.slept.push(milliseconds);
    await this.onSleep(this.slept.length);
  }

  timeout(): AbortSignal {
    const controller = new AbortController();
    this.running.push(controller);
    return controller.signal;
  }

  /** The time of all requests is up. */
  expire(): void {
    for (const controller of this.running) controller.abort();
  }
}

interface Published {
  readonly seen: readonly string[];
  readonly clock: PublishingClock;
  /** What it failed with; undefined when it succeeded. */
  readonly error?: Error;
}

/** @param fateOf what becomes of a request, by how often it was made before */
async function publishThrough(
  fateOf: (request: string, before: number) => Fate,
  prepare: (proxy: BreakingProxy, clock: PublishingClock) => void = () => undefined,
): Promise<Published> {
  const times = new Map<string, number>();
  const proxy = await BreakingProxy.start(world.azure, (request) => {
    const before = times.get(request) ?? 0;
    times.set(request, before + 1);
    return fateOf(request, before);
  });
  const clock = new PublishingClock();
  proxy.held = () => clock.expire();
  prepare(proxy, clock);
  const { endpoints, environment } = world.azure;
  const [host, port] = proxy.url.replace('http://', '').split(':');
  try {
    await publishPackage(HOST, world.zip, {
      environment,
      functionAppId: SITE,
      clock,
      answerWithin: 500,
      ca: readFileSync(endpoints.certificateFile, 'utf8'),
      proxy: { host: host!, port: Number(port) },
    });
    return { seen: proxy.seen, clock };
  } catch (error) {
    return { seen: proxy.seen, clock, error: error as Error };
  } finally {
    proxy.close();
  }
}

describe.each(STEPS)('%s', (step) => {
  const isSignIn = step === TOKEN;

  it('is repeated after each fault in turn, when Azure asked for it', async () => {
    const { seen, clock, error } = await publishThrough(
      (request, before) => (request === step ? (FAULTS[before] ?? 'answered') : 'answered'),
      // A sign-in waits by itself, by the machine's time.
      (proxy) => (proxy.retryAfter = isSignIn ? 1 : 90),
    );
    expect(error).toBeUndefined();
    expect(seen.filter((request) => request.startsWith(step)).slice(0, FAULTS.length)).toEqual(
      FAULTS.map((fault) => `${step} ${fault}`),
    );
    if (!isSignIn) expect(clock.slept).toContain(1.5 * MINUTE);
    expect(seen.at(-1)).toMatch(new RegExp(`^${POLL} (answered|slow answer)$`));
  });

  it('is repeated while connections are refused', async () => {
    const { seen, clock, error } = await publishThrough(
      // A sign-in tries three times by itself.
      (request, before) => (request === step && before < (isSignIn ? 3 : 1) ? 'not sent' : 'answered'),
      (proxy, time) => {
        time.onSleep = async (times) => {
          if (times === 1) proxy.close();
          if (times === 4) await proxy.accept();
        };
      },
    );
    expect(error).toBeUndefined();
    expect(clock.slept.length).toBeGreaterThanOrEqual(4);
    expect(seen.at(-1)).toBe(`${POLL} answered`);
  });

  it.each<[Fate, RegExp]>([
    ['not sent', /(no answer: |cannot be reached ).*ECONNRESET.*; look after the network/],
    ['never answered', /no answer within .* s.*; look after the network/],
    ['503', /: 503 .*; look (at the health of Azure|after the network)/],
  ])('that does not end (%s) is told after ten minutes: what, where, and what to do', async (fault, told) => {
    const { clock, error } = await publishThrough(
      (request) => (request === step ? fault : 'answered'),
      (_, time) => (time.beside = 3 * MINUTE),
    );
    expect(error?.message).toContain('within 10 minutes; at last: ');
    expect(error?.message).toContain(new URL(`https://${step.split(' ')[1]}`).host);
    expect(error?.message).toMatch(told);
    // It ends with an attempt, whose pause would have begun after the ten minutes.
    expect(clock.passed).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(clock.passed - clock.slept.at(-1)! - clock.beside).toBeLessThan(10 * MINUTE);
  });
});

it('a wait that Azure asks for ends with the ten minutes, and one more attempt', async () => {
  const { seen, clock, error } = await publishThrough(
    (request) => (request === PUBLISH ? '429' : 'answered'),
    (proxy) => (proxy.retryAfter = 3600),
  );
  expect(clock.slept).toEqual([10 * MINUTE]);
  expect(seen.filter((request) => request.startsWith(PUBLISH))).toHaveLength(2);
  expect(error?.message).toContain(`${PUBLISH.replace(' ', ' https://')}: 429 answer of 429`);
});
