import { rotateKeys, type RotationStep } from '../../link/rotate';
import { LinkedApp, MINUTE } from './support/linked-app';

let app: LinkedApp;
let statuses: (number | undefined)[];

/** A resource in use, so that each change of its link takes its time, and a call every minute that passes. */
beforeEach(async () => {
  app = await LinkedApp.start();
  statuses = [];
  await app.pass(2 * 60 * MINUTE);
  statuses.push(...(await app.call()));
});

afterEach(() => app.close());

async function passWithCalls(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= MINUTE) {
    await app.pass(Math.min(left, MINUTE));
    statuses.push(...(await app.call()));
  }
}

function rotate(interruptAt?: RotationStep) {
  const abort = new AbortController();
  return rotateKeys(
    {
      azure: app.reader(),
      hub: app.hubClient(),
      clock: { now: () => app.clock.now(), sleep: passWithCalls },
      lock: 'alone',
    },
    app.expectation,
    {
      signal: abort.signal,
      onProgress: ({ step, until }) => {
        // A step that waits is interrupted in its wait, any other at its beginning.
        if (step === interruptAt && (until || !['anchor', 'switch'].includes(step))) abort.abort();
      },
    },
  );
}

async function keys(): Promise<string[]> {
  const { primaryKey, secondaryKey } = await app.post(app.rule, 'listKeys');
  return [primaryKey, secondaryKey];
}

async function expectRotated(original: string[]): Promise<void> {
  await passWithCalls(11 * MINUTE);
  const { effective } = app.services.communication.links(app.acs);
  const linked = /SharedAccessKey=(.*)$/.exec(effective?.connectionString ?? '')?.[1];
  const present = await keys();
  expect(present).toContain(linked);
  expect(present.filter((key) => original.includes(key))).toEqual([]);
  expect(statuses.filter((status) => status !== 201)).toEqual([]);
  expect(statuses.length).toBeGreaterThan(30);
  const report = await app.verify({}, { key: 'secondary' });
  expect(report.checks.filter(({ status }) => status === 'fail')).toEqual([]);
}

test('both keys are replaced and no call is lost', async () => {
  const original = await keys();
  const { linked } = await rotate();
  expect(linked).toBe('secondary');
  await expectRotated(original);
});

test.each(['switch', 'seal'] as const)(
  "interrupted at '%s' and run again, it ends the same",
  async (step) => {
    const original = await keys();
    await expect(rotate(step)).rejects.toThrow(/^rotation stopped at .*: interrupted; .* run it again/);
    await rotate();
    await expectRotated(original);
  },
);
