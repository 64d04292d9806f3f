import { readFileSync } from 'node:fs';
import { ArmReader } from '../../link/azure';
import { RestHubClient } from '../../link/hub-client';
import { rotateRules } from '../../link/rotate-rule';
import { DEPLOYER } from '../../local/azure';
import { userTag } from '../../relay/tags';
import { repeats } from '../support/soak';
import { ACS, HUB, LocalRelay, VOIP_HUB } from './local-relay';
import { BOB, Samples } from './samples';

const RULES = [HUB, VOIP_HUB].flatMap((notificationHubId) =>
  ['relay-send', 'devices'].map((name) => ({
    notificationHubId,
    ruleId: `${notificationHubId}/authorizationRules/${name}`,
  })),
);
const IPHONE = 'a1'.repeat(32);

const relay = new LocalRelay({
  settings: {
    RELAY_VOIP_HUB_RULE_ID: `${VOIP_HUB}/authorizationRules/relay-send`,
    RELAY_VOIP_DEVICES_RULE_ID: `${VOIP_HUB}/authorizationRules/devices`,
    RELAY_API_REQUESTS_PER_MINUTE: '10000',
  },
});
const samples = new Samples(ACS);

beforeAll(async () => {
  await relay.start();
  await relay.install('bobs-iphone', 'apns', IPHONE, [userTag(BOB)]);
});
afterAll(() => relay.close());

/** As `acs-push rotate --relay` does it, with shorter waits between its questions. */
function rotate() {
  const { certificateFile, proxy } = relay.azure.endpoints;
  const { hostname, port } = new URL(proxy);
  const reach = {
    ca: readFileSync(certificateFile, 'utf8'),
    proxy: { host: hostname, port: Number(port) },
  };
  const credential = {
    getToken: async () => {
      const audience = 'https://management.azure.com';
      const { token } = await relay.azure.entra.issueToken({ ...DEPLOYER, audience });
      return { token, expiresOnTimestamp: Date.now() + 60_000 };
    },
  };
  const clock = {
    now: () => Date.now(),
    // As long as it takes until more events have come in with the keys as they are now than were under way.
    sleep: async () => {
      for (const until = answers.length + AT_A_TIME + 1; answers.length < until;) await pause();
    },
  };
  const azure = new ArmReader({ credential, ...reach });
  return rotateRules({ azure, hub: new RestHubClient(reach), clock, lock: 'alone' }, RULES);
}

/** Events that are under way at a time. */
const AT_A_TIME = repeats(2, 4);
const ROTATIONS = repeats(1, 2);
/** Two between the three times that a key is proved: as it is, and each when it is new. */
const WAITS = RULES.length * 3 * 2;
const answers: number[] = [];
/** Between two events of one sender: of what the machine can do, most is for the rotation. */
const PAUSE_MS = repeats(100, 20);
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

async function keys(): Promise<string[]> {
  const read = async (ruleId: string): Promise<string[]> => {
    const { json } = await relay.arm('POST', `${ruleId}/listKeys`, '2023-10-01-preview', {});
    return [json.primaryKey, json.secondaryKey];
  };
  return (await Promise.all(RULES.map(({ ruleId }) => read(ruleId)))).flat();
}

test(`every key of the relay is replaced ${ROTATIONS} times over while events and devices come in: nothing lost, nothing doubled`, async () => {
  const before = await keys();
  const token = await relay.userToken('carol');
  const user = `8:orgid:${relay.azure.directory.user('carol').objectId}`;
  let done = false;
  const turning = (async () => {
    for (let n = 0; n < ROTATIONS; n++) await rotate();
  })().finally(() => (done = true));

  const messages: string[] = [];
  const chat = async () => {
    while (!done) {
      const event = samples.chatMessageReceived();
      messages.push((event.data as { messageId: string }).messageId);
      answers.push((await relay.deliver('messages', event)).status);
      await pause();
    }
  };
  const registered: number[] = [];
  const devices = async () => {
    for (let n = 0; !done || n < 10; n++) {
      const body = { platform: 'apns', pushChannel: 'b2'.repeat(32), voipPushChannel: 'c3'.repeat(32), user };
      registered.push((await relay.devices('PUT', `carols-iphone-${n % 5}`, token, body)).status);
      registered.push((await relay.devices('GET', `carols-iphone-${n % 5}`, token)).status);
      // As often as events come, whatever a registration costs.
      for (const until = answers.length + AT_A_TIME; !done && answers.length < until;) await pause();
    }
  };
  await Promise.all([turning, ...Array.from({ length: AT_A_TIME }, chat), devices()]);

  expect(answers.length).toBeGreaterThan(ROTATIONS * WAITS * AT_A_TIME);
  expect(answers.filter((status) => status !== 202)).toEqual([]);
  expect(registered.filter((status) => status >= 300)).toEqual([]);
  const pushes = new Map(messages.map((id) => [id, 0]));
  for (const { payload } of relay.inbox.filter(({ handle }) => handle === IPHONE)) {
    const { messageId } = (payload as { acs: { messageId: string } }).acs;
    pushes.set(messageId, (pushes.get(messageId) ?? 0) + 1);
  }
  expect([...pushes].filter(([, count]) => count !== 1)).toEqual([]);
  expect((await keys()).filter((key) => before.includes(key))).toEqual([]);
});
