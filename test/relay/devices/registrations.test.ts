import { seededRandom } from '../../../local/azure/core/random';
import type { Device } from '../../../relay/devices/device';
import { TransientError } from '../../../relay/errors';
import { repeats } from '../../support/soak';
import { noLog, PretendAzure, type Asked, type Fault, type PretendProcess } from './pretend-azure';

const TOKEN = 'ab12'.repeat(16);
const PUSHKIT = 'cd34'.repeat(16);
const DAY_MS = 24 * 60 * 60_000;
const [ANNA, BERT] = ['8:acs:anna', '8:acs:bert'];
/**
 * From one request to the next at which a process is killed. A request that was carried out leaves what the next one
 * finds that was not: with every other one, before and after it, all is met once.
 */
const STEP = repeats(2, 1);
const [ANNAS, BERTS] = ['installation-of-anna', 'installation-of-bert'];

const iphone = (user: string, over: Partial<Device> = {}): Device => ({
  platform: 'apns',
  pushChannel: TOKEN,
  voipPushChannel: PUSHKIT,
  user,
  alsoFor: [],
  ...over,
});

/** As the API does: the device is read, and then registered. */
async function put({ registrations }: PretendProcess, id: string, device: Device) {
  return registrations.put(id, device, await registrations.read(id));
}

async function remove({ registrations }: PretendProcess, id: string) {
  const known = await registrations.read(id);
  return known ? registrations.remove(known) : registrations.finishRemoval(id);
}

/** As an app does: until it works. */
async function untilDone<T>(azure: PretendAzure, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      await azure.clock.sleep(error.retryAfterMs ?? 5_000);
    }
  }
}

/** Fails at once when two installations of a hub have the same handle. */
function watch(azure: PretendAzure): void {
  azure.after = ({ service }) => {
    if (service === 'table') return;
    for (const handle of [TOKEN, PUSHKIT]) {
      const holders = azure.holders(service, handle);
      if (holders.length > 1) throw new Error(`${service}: ${holders.join(' and ')} have the same handle`);
    }
  };
}

function onlyBerts(azure: PretendAzure): void {
  expect([azure.readers('alert', TOKEN), azure.readers('voip', PUSHKIT)]).toEqual([
    [`user:${BERT}`],
    [`user:${BERT}`],
  ]);
  expect([...azure.hubs.alert.keys(), ...azure.hubs.voip.keys()]).toEqual([BERTS, BERTS]);
}

/** Nothing is left of who came before, nor of what went wrong. */
function tidy(azure: PretendAzure, ...installations: string[]): void {
  const all = [...installations].sort();
  const of = (prefix: string, property: string) =>
    [...new Set(azure.partition(prefix).map((row) => row[property] as string))].sort();
  expect(of('installation-', 'PartitionKey')).toEqual(all.map((id) => `installation-${id}`));
  expect(of('user-', 'RowKey')).toEqual(all);
  expect(of('handle-', 'installationId')).toEqual(all);
  expect(of('removing', 'RowKey')).toEqual([]);
}

let before: PretendAzure | undefined;

/** Both on one phone, with Anna registered before. */
async function annasPhone(): Promise<PretendAzure> {
  if (!before) {
    before = new PretendAzure();
    watch(before);
    await put(before.process(), ANNAS, iphone(ANNA));
  }
  const azure = before.copy();
  watch(azure);
  return azure;
}

async function requestsOf(work: (azure: PretendAzure, process: PretendProcess) => Promise<unknown>) {
  const azure = await annasPhone();
  const process = azure.process();
  await work(azure, process);
  return process.requests();
}

test('the next user of a phone takes it over, in both hubs, and nothing of the former is left', async () => {
  const azure = await annasPhone();
  const registration = await put(azure.process(), BERTS, iphone(BERT));
  expect(registration).toMatchObject({
    kind: 'registered',
    tookOverFrom: [{ installationId: ANNAS, user: ANNA }],
    device: { user: BERT, voip: true },
  });
  onlyBerts(azure);
  tidy(azure, BERTS);
  expect(await azure.process().registrations.ofUser(ANNA)).toEqual([]);
  expect(await azure.process().registrations.ofUser(BERT)).toMatchObject([{ installationId: BERTS }]);
});

test.each([
  ['an APNs token in capitals', { pushChannel: TOKEN.toUpperCase(), voipPushChannel: undefined }],
  [
    'a PushKit token alone, in capitals',
    { pushChannel: 'ef'.repeat(32), voipPushChannel: PUSHKIT.toUpperCase() },
  ],
])('%s is the same handle', async (_, over) => {
  const azure = await annasPhone();
  await put(azure.process(), BERTS, iphone(BERT, over));
  expect([...azure.hubs.alert.keys()]).toEqual([BERTS]);
  expect(azure.hubs.voip.has(ANNAS)).toBe(false);
  const { pushChannel } = azure.hubs.alert.get(BERTS) as { pushChannel: string };
  expect(pushChannel).toBe(pushChannel.toLowerCase());
});

test.each([
  ['HTTPS://Push.Example:443/a?B', 'https://push.example/a?B'],
  ['https://push.example', 'https://push.example/'],
])('an endpoint %s is the same as %s', async (one, other) => {
  const azure = new PretendAzure();
  const browser = (user: string, endpoint: string): Device => ({
    platform: 'browser',
    pushChannel: { endpoint, p256dh: 'p', auth: 'a' },
    user,
    alsoFor: [],
  });
  await put(azure.process(), ANNAS, browser(ANNA, one));
  await put(azure.process(), BERTS, browser(BERT, other));
  expect([...azure.hubs.alert.keys()]).toEqual([BERTS]);
});

test('tokens of FCM differ by their letters', async () => {
  const azure = new PretendAzure();
  const android = (user: string, pushChannel: string): Device => ({
    platform: 'fcmv1',
    pushChannel,
    user,
    alsoFor: [],
  });
  await put(azure.process(), ANNAS, android(ANNA, 'token-of-a-phone-AAAA'));
  await put(azure.process(), BERTS, android(BERT, 'token-of-a-phone-aaaa'));
  expect([...azure.hubs.alert.keys()]).toEqual([ANNAS, BERTS]);
});

describe('a takeover that breaks off', () => {
  const takeOver = (process: PretendProcess) => put(process, BERTS, iphone(BERT));

  test.each([false, true])(
    'with its process, at any request (carried out: %s), is healed by the next attempt',
    async (carriedOut) => {
      const requests = await requestsOf((_, process) => takeOver(process));
      expect(requests).toBeGreaterThan(20);
      for (let at = 1; at <= requests; at += STEP) {
        const azure = await annasPhone();
        const process = azure.process();
        process.killAt(at, carriedOut);
        expect(await Promise.race([takeOver(process).then(() => 'done'), process.killed])).toBe('killed');
        await untilDone(azure, () => takeOver(azure.process()));
        onlyBerts(azure);
        for (let n = 0; n < 3; n++) {
          azure.now += DAY_MS;
          await azure.process().sweep.run(noLog);
        }
        onlyBerts(azure);
        tidy(azure, BERTS);
      }
    },
  );

  test.each([false, true])(
    'with its process and is not tried again (carried out: %s) is cleared up by the sweep',
    async (carriedOut) => {
      const requests = await requestsOf((_, process) => takeOver(process));
      for (let at = 1; at <= requests; at += STEP) {
        const azure = await annasPhone();
        const process = azure.process();
        process.killAt(at, carriedOut);
        await Promise.race([takeOver(process), process.killed]);
        for (let n = 0; n < 3; n++) {
          azure.now += DAY_MS;
          await azure.process().sweep.run(noLog);
        }
        // Whoever the phone belongs to now, it is one of them, or nobody.
        const left = [...azure.hubs.alert.keys()];
        expect([[], [ANNAS], [BERTS]]).toContainEqual(left);
        tidy(azure, ...left);
        // And either can go on.
        await untilDone(azure, () => put(azure.process(), ANNAS, iphone(ANNA)));
        await untilDone(azure, () => takeOver(azure.process()));
        onlyBerts(azure);
      }
    },
  );

  test.each<Fault>(['refused', 'unanswered', 'lost'])(
    'at any one request (%s) ends well or with a 503, and then well',
    async (fault) => {
      const requests = await requestsOf((_, process) => takeOver(process));
      const outcomes = { well: 0, later: 0 };
      for (let at = 1; at <= requests; at++) {
        const azure = await annasPhone();
        let n = 0;
        azure.fault = () => (++n === at ? fault : undefined);
        const first = await takeOver(azure.process()).then(
          () => 'well' as const,
          (error: unknown) => {
            if (!(error instanceof TransientError)) throw error;
            return 'later' as const;
          },
        );
        outcomes[first]++;
        if (first === 'later') await untilDone(azure, () => takeOver(azure.process()));
        onlyBerts(azure);
        azure.now += DAY_MS;
        await azure.process().sweep.run(noLog);
        onlyBerts(azure);
        tidy(azure, BERTS);
      }
      // The table is asked again, a hub is not.
      expect(outcomes.later).toBeGreaterThan(0);
      expect(outcomes.well).toBeGreaterThan(0);
    },
  );

  test('since the removal of the former installation is refused, in either hub: it is remembered, and done by the sweep', async () => {
    for (const hub of ['alert', 'voip'] as const) {
      const azure = await annasPhone();
      azure.fault = ({ service, method }) => (service === hub && method === 'DELETE' ? 'refused' : undefined);
      await expect(takeOver(azure.process())).rejects.toBeInstanceOf(TransientError);
      expect(azure.hubs[hub].has(ANNAS)).toBe(true);
      expect(azure.hubs[hub].has(BERTS)).toBe(false);
      azure.fault = () => undefined;
      azure.now += 5 * 60_000;
      await azure.process().sweep.run(noLog);
      expect([...azure.hubs.alert.keys(), ...azure.hubs.voip.keys()]).toEqual([]);
      await takeOver(azure.process());
      onlyBerts(azure);
      tidy(azure, BERTS);
    }
  });

  test('a write of the former user that the hub carries out late reaches nobody who believes to have the phone', async () => {
    const azure = new PretendAzure();
    let late: Asked | undefined;
    azure.fault = (asked) => {
      if (asked.method !== 'PUT' || asked.service !== 'alert' || late) return undefined;
      late = asked;
      return 'unanswered';
    };
    await expect(put(azure.process(), ANNAS, iphone(ANNA))).rejects.toBeInstanceOf(TransientError);
    const refused = await takeOver(azure.process()).catch((error: TransientError) => error);
    expect(refused).toMatchObject({ retryAfterMs: expect.any(Number) });
    azure.carryOut(late!);
    await untilDone(azure, () => takeOver(azure.process()));
    onlyBerts(azure);
  });
});

test('a write without an answer is not forgotten over a later one that had one', async () => {
  const azure = new PretendAzure();
  let late: Asked | undefined;
  azure.fault = (asked) => {
    if (asked.method !== 'PUT' || asked.service !== 'alert' || late) return undefined;
    late = asked;
    return 'unanswered';
  };
  await expect(put(azure.process(), ANNAS, iphone(ANNA))).rejects.toBeInstanceOf(TransientError);
  await put(azure.process(), ANNAS, iphone(ANNA));
  await expect(put(azure.process(), BERTS, iphone(BERT))).rejects.toBeInstanceOf(TransientError);
  azure.carryOut(late!);
  await untilDone(azure, () => put(azure.process(), BERTS, iphone(BERT)));
  onlyBerts(azure);
});

test('who was refused by the hub does not keep the next one waiting', async () => {
  const azure = await annasPhone();
  azure.fault = ({ service, method }) => (service === 'alert' && method === 'PUT' ? 'refused' : undefined);
  await expect(put(azure.process(), BERTS, iphone(BERT))).rejects.toBeInstanceOf(TransientError);
  azure.fault = () => undefined;
  await put(azure.process(), ANNAS, iphone(ANNA));
  expect(azure.readers('alert', TOKEN)).toEqual([`user:${ANNA}`]);
  tidy(azure, ANNAS);
});

describe('a device that', () => {
  const other = iphone(ANNA, { pushChannel: 'ef56'.repeat(16), voipPushChannel: '7890'.repeat(16) });

  test('gets other tokens lets go of its former ones', async () => {
    const azure = await annasPhone();
    await put(azure.process(), ANNAS, other);
    tidy(azure, ANNAS);
    const { tookOverFrom } = await put(azure.process(), BERTS, iphone(BERT));
    expect(tookOverFrom).toEqual([]);
    expect([...azure.hubs.alert.keys()]).toEqual([ANNAS, BERTS]);
    tidy(azure, ANNAS, BERTS);
  });

  test('rings by PushKit no more lets go of that token', async () => {
    const azure = await annasPhone();
    await put(azure.process(), ANNAS, iphone(ANNA, { voipPushChannel: undefined }));
    expect(azure.hubs.voip.size).toBe(0);
    expect(azure.partition('handle-')).toHaveLength(1);
  });

  test('is for other identities too leaves those that it is for no more', async () => {
    const azure = await annasPhone();
    await put(azure.process(), ANNAS, iphone(ANNA, { alsoFor: ['4:+15555550123', '8:acs:desk'] }));
    await put(azure.process(), ANNAS, iphone(ANNA, { alsoFor: ['8:acs:desk'] }));
    const { registrations } = azure.process();
    expect(await registrations.ofUser('4:+15555550123')).toEqual([]);
    expect(await registrations.ofUser('8:acs:desk')).toMatchObject([{ user: ANNA, alsoFor: ['8:acs:desk'] }]);
  });

  test.each([
    ['changes its user', ANNAS, iphone(BERT)],
    ['changes its tokens', ANNAS, other],
    ['is registered again', ANNAS, iphone(ANNA)],
  ])('%s and breaks off at any request is healed by the next attempt', async (_, id, device) => {
    const change = (process: PretendProcess) => put(process, id, device);
    const requests = await requestsOf((__, process) => change(process));
    for (let at = 1; at <= requests; at += STEP) {
      for (const carriedOut of [false, true]) {
        const azure = await annasPhone();
        const process = azure.process();
        process.killAt(at, carriedOut);
        await Promise.race([change(process), process.killed]);
        await untilDone(azure, () => change(azure.process()));
        expect(azure.readers('alert', String(device.pushChannel))).toEqual([`user:${device.user}`]);
        expect(azure.readers('voip', device.voipPushChannel!)).toEqual([`user:${device.user}`]);
        azure.now += DAY_MS;
        await azure.process().sweep.run(noLog);
        tidy(azure, id);
        expect(azure.partition('handle-')).toHaveLength(2);
      }
    }
  });

  test('is given to another user while the hub refuses the removal gets nobody’s pushes but theirs afterwards', async () => {
    const azure = await annasPhone();
    azure.fault = ({ service, method }) =>
      service === 'voip' && method === 'DELETE' ? 'refused' : undefined;
    await expect(put(azure.process(), ANNAS, iphone(BERT))).rejects.toBeInstanceOf(TransientError);
    azure.fault = () => undefined;
    await put(azure.process(), ANNAS, iphone(BERT));
    expect(azure.readers('alert', TOKEN)).toEqual([`user:${BERT}`]);
    tidy(azure, ANNAS);
  });

  test('signs out and breaks off at any request is signed out by the next attempt, or the sweep', async () => {
    const requests = await requestsOf((_, process) => remove(process, ANNAS));
    for (let at = 1; at <= requests; at++) {
      for (const again of [false, true]) {
        const azure = await annasPhone();
        const process = azure.process();
        process.killAt(at, true);
        await Promise.race([remove(process, ANNAS), process.killed]);
        if (again) {
          await untilDone(azure, () => remove(azure.process(), ANNAS));
          expect(azure.hubs.alert.size + azure.hubs.voip.size).toBe(0);
        }
        const begun = azure
          .partition('installation-')
          .some(({ data }) => String(data).includes('"removing"'));
        azure.now += DAY_MS;
        await azure.process().sweep.run(noLog);
        if (begun) expect(azure.hubs.alert.size + azure.hubs.voip.size).toBe(0);
        tidy(azure, ...azure.hubs.alert.keys());
      }
    }
  });

  test('is a big room’s, for a number of many, does not count among those of the number', async () => {
    const azure = new PretendAzure(undefined, { maxPerUser: 2, lifetimeDays: 60 });
    for (let n = 0; n < 5; n++) {
      const agent = iphone(`8:acs:agent-${n}`, {
        pushChannel: `${n}b`.repeat(32),
        voipPushChannel: undefined,
        alsoFor: ['4:+15555550100'],
      });
      await put(azure.process(), `installation-${n}`, agent);
    }
    await azure.process().sweep.run(noLog);
    expect(await azure.process().registrations.ofUser('4:+15555550100')).toHaveLength(5);
  });
});

describe('at the same time', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'two users register the same phone: one has it (round %i)',
    async (round) => {
      for (let seed = 0; seed < 8; seed++) {
        const azure = new PretendAzure(seededRandom(`race ${round} ${seed}`));
        watch(azure);
        if (seed % 2) await put(azure.process(), ANNAS, iphone(ANNA));
        await Promise.all(
          [
            [ANNAS, ANNA],
            [BERTS, BERT],
          ].map(([id, user]) => untilDone(azure, () => put(azure.process(), id!, iphone(user!)))),
        );
        const holders = azure.holders('alert', TOKEN);
        expect([[ANNAS], [BERTS]]).toContainEqual(holders);
        expect(azure.holders('voip', PUSHKIT)).toEqual(holders);
        tidy(azure, ...holders);
      }
    },
  );

  test('one registers and another signs out: whoever of them is told of a device has it', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const azure = new PretendAzure(seededRandom(`sign-out ${seed}`));
      watch(azure);
      await put(azure.process(), ANNAS, iphone(ANNA));
      await Promise.all([
        untilDone(azure, () => remove(azure.process(), ANNAS)),
        untilDone(azure, () => put(azure.process(), ANNAS, iphone(ANNA))),
        ...(seed % 2 ? [untilDone(azure, () => put(azure.process(), BERTS, iphone(BERT)))] : []),
      ]);
      const left = [...azure.hubs.alert.keys()];
      expect(left.length).toBeLessThan(2);
      expect([...azure.hubs.voip.keys()]).toEqual(left);
      tidy(azure, ...left);
    }
  });

  test('a user registers more devices than there may be: so many are left, the last among them', async () => {
    for (let seed = 0; seed < 6; seed++) {
      const azure = new PretendAzure(seededRandom(`many ${seed}`), { maxPerUser: 3, lifetimeDays: 60 });
      const ids = Array.from({ length: 8 }, (_, i) => `installation-${i}`);
      const device = (i: number) =>
        iphone(ANNA, { pushChannel: `${i}a`.repeat(32), voipPushChannel: undefined });
      await Promise.all(ids.map((id, i) => untilDone(azure, () => put(azure.process(), id, device(i)))));
      expect(azure.hubs.alert.size).toBe(3);
      tidy(azure, ...azure.hubs.alert.keys());
      const last = await put(azure.process(), 'one-more-device', device(9));
      expect(last.evicted).toHaveLength(1);
      expect(azure.hubs.alert.size).toBe(3);
      expect(azure.hubs.alert.has('one-more-device')).toBe(true);
    }
  });
});
