import type { Device } from '../../../relay/devices/device';
import { noLog, PretendAzure, type PretendProcess } from './pretend-azure';

const TOKEN = 'ab12'.repeat(16);
const PUSHKIT = 'cd34'.repeat(16);
const DAY_MS = 24 * 60 * 60_000;
const [ANNA, BERT] = ['8:acs:anna', '8:acs:bert'];
const [ANNAS, BERTS] = ['installation-of-anna', 'installation-of-bert'];

const iphone = (user: string, over: Partial<Device> = {}): Device => ({
  platform: 'apns',
  pushChannel: TOKEN,
  voipPushChannel: PUSHKIT,
  user,
  alsoFor: [],
  ...over,
});
const byAlert = (user: string) => iphone(user, { voipPushChannel: undefined });

async function put({ registrations }: PretendProcess, id: string, device: Device) {
  return registrations.put(id, device, await registrations.read(id));
}

/** What is left when everything is as it is to be. */
function onlyBerts(azure: PretendAzure): void {
  expect([azure.readers('alert', TOKEN), azure.readers('voip', PUSHKIT)]).toEqual([
    [`user:${BERT}`],
    [`user:${BERT}`],
  ]);
  expect([...azure.hubs.alert.keys(), ...azure.hubs.voip.keys()]).toEqual([BERTS, BERTS]);
  expect(azure.partition('removing')).toEqual([]);
  expect(azure.partition('installation-')).toHaveLength(1);
  expect([...new Set(azure.partition('handle-').map(({ installationId }) => installationId))]).toEqual([
    BERTS,
  ]);
}

/** Anna's phone, whose calls ring by PushKit; the relay then loses its rule of the VoIP hub. */
async function annasPhone(): Promise<PretendAzure> {
  const azure = new PretendAzure();
  await put(azure.process(), ANNAS, iphone(ANNA));
  return azure;
}

const whatAnnaDid: Record<string, (without: PretendProcess) => Promise<unknown>> = {
  'did nothing': () => Promise.resolve(),
  'registered anew': (without) => put(without, ANNAS, byAlert(ANNA)),
  'registered anew, by another token': (without) =>
    put(without, ANNAS, { ...byAlert(ANNA), pushChannel: 'ef56'.repeat(16) }),
  'signed out': async (without) => without.registrations.remove((await without.registrations.read(ANNAS))!),
};

describe.each(Object.entries(whatAnnaDid))(
  'while the app had no rule of the VoIP hub, the former user %s',
  (_, anna) => {
    test('and is gone from it before the next user rings by the same phone', async () => {
      const azure = await annasPhone();
      await anna(azure.process(false));
      expect((await put(azure.process(false), BERTS, byAlert(BERT))).kind).toBe('registered');
      expect(azure.readers('alert', TOKEN)).toEqual([`user:${BERT}`]);
      azure.after = ({ service }) => {
        if (service !== 'table') expect(azure.holders(service, PUSHKIT).length).toBeLessThan(2);
      };
      await put(azure.process(), BERTS, iphone(BERT));
      await azure.process().sweep.run(noLog);
      azure.now += DAY_MS;
      await azure.process().sweep.run(noLog);
      onlyBerts(azure);
    });

    test('and is gone from it as soon as the sweep can remove them, whoever comes', async () => {
      const azure = await annasPhone();
      await anna(azure.process(false));
      await put(azure.process(false), BERTS, byAlert(BERT));
      const said: unknown[] = [];
      azure.now += DAY_MS;
      await azure.process(false).sweep.run({ write: (...line) => void said.push(line) });
      expect(JSON.stringify(said)).toContain('set RELAY_VOIP_DEVICES_RULE_ID');
      expect(JSON.stringify(said)).not.toContain('devices audit');
      azure.now += 2 * DAY_MS;
      await azure.process().sweep.run(noLog);
      azure.now += 2 * DAY_MS;
      await azure.process().sweep.run(noLog);
      expect([...azure.hubs.voip.keys()]).toEqual([]);
      expect([...azure.hubs.alert.keys()]).toEqual([BERTS]);
      expect(azure.partition('installation-')).toHaveLength(1);
    });
  },
);

test('a user who takes over the installation itself leaves none of the former in the VoIP hub', async () => {
  const azure = await annasPhone();
  const without = azure.process(false).registrations;
  await without.put(ANNAS, byAlert(BERT), await without.read(ANNAS));
  await put(azure.process(), ANNAS, byAlert(BERT));
  expect(azure.hubs.voip.size).toBe(0);
  expect(azure.readers('alert', TOKEN)).toEqual([`user:${BERT}`]);
});

test('nor does one who then rings by the phone before them', async () => {
  const azure = await annasPhone();
  const without = azure.process(false).registrations;
  await without.put(ANNAS, byAlert('8:acs:cleo'), await without.read(ANNAS));
  await put(azure.process(), BERTS, iphone(BERT));
  await azure.process().sweep.run(noLog);
  onlyBerts(azure);
});

test('a phone that never rang by PushKit leaves nothing behind', async () => {
  const azure = new PretendAzure();
  const { registrations } = azure.process(false);
  await registrations.put(ANNAS, byAlert(ANNA), undefined);
  await registrations.remove((await registrations.read(ANNAS))!);
  expect(azure.rows.size).toBe(0);
});
