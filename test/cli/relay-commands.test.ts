import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../cli/commands';
import { printable } from '../../cli/redact';
import { connectToRelay } from '../../cli/relay-connection';
import { runCommand } from '../../cli/run';
import { RestHubClient } from '../../link';
import { silent } from '../../terminal';
import { DEPLOYER, TENANT_ID } from '../../local/azure';
import { machineEnvironment, PROJECT } from '../../testing/local/deployment';
import { pretendUser, registerInstallations } from '../../testing/local/pretend-devices';
import { connect } from '../../relay/operations';
import { PreferencesStore } from '../../relay/preferences/store';
import { storageAccount } from '../../relay/storage/account';
import { userTag } from '../../relay/tags';
import { credentialOf, deployerCredential, send } from '../../local/test/support/clients';
import { DEPLOY_TIMEOUT_MS, openBench, type Bench } from '../local-deployment/deployed';
import { ForwardClock } from '../../local/azure/core/forward-clock';

// Node takes certificate authorities when a process starts: local Azure's is handed over by the connection.
jest.mock('../../cli/relay-connection');

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const alice = pretendUser('Alice');
const AUDIENCE = 'api://contoso-devices';
const clock = new ForwardClock();
let bench: Bench;
let outputs: Record<string, unknown>;

beforeAll(async () => {
  bench = await openBench({ clock });
  await bench
    .changed({ events: { target: 'relay', devicesApi: { tenantId: TENANT_ID, audience: AUDIENCE } } })
    .deploy();
  outputs = await bench.deployment.outputs();
  await registerInstallations(
    bench.cloud.reader,
    String(outputs.relay_hub_id),
    alice,
    userTag(alice.rawId),
    bench.cloud.transport,
  );
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

/** The command in this process, in the folder of the deployment; half of its time as a program goes into its start. */
async function acsPush(...words: string[]): Promise<Answer> {
  return acsPushWith({}, ...words);
}

async function acsPushWith(over: Record<string, string>, ...words: string[]): Promise<Answer> {
  let out = '';
  let err = '';
  const { azure, reader } = bench.cloud;
  const { certificateFile, proxy } = azure.endpoints;
  const { hostname, port } = new URL(proxy);
  const ca = readFileSync(certificateFile, 'utf8');
  jest
    .mocked(connectToRelay)
    .mockImplementation(({ environment }) => connect(deployerCredential(azure), { environment, ca }));
  const code = await runCommand(COMMANDS, words, {
    out: (text) => (out += printable(text)),
    err: (text) => (err += printable(text)),
    environment: { ...surroundings(), ...over },
    folder: bench.deployment.folder,
    progress: silent,
    signal: new AbortController().signal,
    connect: () => ({
      azure: reader,
      hub: new RestHubClient({ ca, proxy: { host: hostname, port: Number(port) } }),
      // A rotation that waits lets Azure's time pass.
      clock: { now: () => clock.now(), sleep: async (milliseconds) => clock.advance(milliseconds) },
    }),
  });
  return { code, out, err };
}

/** The command as it is packed, in a process of its own, which signs in as the environment says. */
function packed(over: Record<string, string>, ...words: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(PROJECT, 'dist/cli/acs-push.cjs'), ...words],
      { cwd: bench.deployment.folder, env: { ...surroundings(), ...over } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const surroundings = () => ({ ...machineEnvironment(), ...bench.cloud.environment });

/** The test's own timeout is the limit; a minute of Azure's passes from look to look. */
async function untilListed(...filter: string[]): Promise<Record<string, string>[]> {
  for (;;) {
    clock.advance(60_000);
    const { out } = await acsPush('replay', 'local', '--list', '--json', ...filter);
    const entries = out.split('\n').filter((line) => line !== '');
    if (entries.length > 0) return entries.map((line) => JSON.parse(line) as Record<string, string>);
  }
}

describe('signing in', () => {
  const nobody = 'http://127.0.0.1:9';
  it.each([
    ['test-send', ['--user', '8:acs:nobody_here']],
    ['replay', ['--list']],
  ])('%s tells a sign-in that cannot be reached from one that is refused', async (command, words) => {
    const offline = { HTTPS_PROXY: nobody, https_proxy: nobody };
    const network = await packed(offline, command, 'local', ...words);
    expect([network.code, network.err]).toEqual([
      3,
      expect.stringContaining('login.microsoftonline.com cannot be reached (ECONNREFUSED)'),
    ]);
    const refused = await packed({ ARM_CLIENT_SECRET: 'wrong' }, command, 'local', ...words);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('AADSTS7000215')]);
  });
});

describe('acs-push test-send', () => {
  it('reaches the devices of a user and says what became of the push on each', async () => {
    const { code, out } = await packed({}, 'test-send', 'local', '--user', alice.rawId, '--title', 'Hello');
    expect(out).toMatch(/^ok {3}apple /m);
    expect(out).toMatch(/^ok {3}fcmv1 /m);
    expect(code).toBe(0);
    const handles = bench.cloud.azure.context.inbox
      .filter(({ payload }) => JSON.stringify(payload).includes('Hello'))
      .map(({ handle }) => handle);
    expect(handles.sort()).toEqual([alice.apnsHandle, alice.fcmHandle].sort());
  });

  it('says so when nobody has registered', async () => {
    const { code, out } = await acsPush('test-send', 'local', '--user', '8:acs:nobody_here');
    expect(out).toBe('no device is registered for that: nothing was sent\n');
    expect(code).toBe(1);
  });

  it.each([
    [
      ['--device', `x} || ${userTag(alice.rawId)} || {x`],
      '--device takes an installation id (8 to 128 letters',
    ],
    [['--device', 'short'], '--device takes an installation id (8 to 128 letters'],
    [['--user', ''], '--user takes the raw id of an ACS identity'],
    [['--user', 'a'.repeat(513)], '--user takes the raw id of an ACS identity'],
    [['--user', alice.rawId, '--platform', 'apns'], "--platform is 'apns'"],
  ])('refuses %j', async (words, problem) => {
    bench.cloud.azure.context.inbox.length = 0;
    const { code, err } = await acsPush('test-send', 'local', ...words);
    expect(err).toContain(problem);
    expect(code).toBe(2);
    expect(bench.cloud.azure.context.inbox).toEqual([]);
  });

  it('takes a raw id for no expression of tags', async () => {
    bench.cloud.azure.context.inbox.length = 0;
    const { code, out } = await acsPush('test-send', 'local', '--user', `${alice.rawId} || a`);
    expect(out).toBe('no device is registered for that: nothing was sent\n');
    expect(code).toBe(1);
    expect(bench.cloud.azure.context.inbox).toEqual([]);
  });

  it('asks whom to send to', async () => {
    const { code, err } = await acsPush('test-send', 'local');
    expect(err).toContain('to whom? give either --user or --device');
    expect(code).toBe(2);
  });
});

describe('acs-push test-send --event', () => {
  const show = (...words: string[]) => acsPush('test-send', 'local', '--user', alice.rawId, ...words);

  it('shows the requests of the relay, with its templates and settings, and sends nothing', async () => {
    bench.cloud.azure.context.inbox.length = 0;
    const words = ['--user', alice.rawId, '--event', 'ChatMessageReceived', '--dry-run'];
    const { code, out } = await packed({}, 'test-send', 'local', ...words);
    expect(out).toMatch(/^preferences: the relay would push this\n/);
    expect(out).toMatch(
      /^POST https:\/\/[a-z0-9-]+\.servicebus\.windows\.net\/[^/]+\/messages\/\?api-version=2020-06\n/m,
    );
    expect(out).toMatch(/^servicebusnotification-format: apple\n/m);
    expect(out).toMatch(/^servicebusnotification-format: fcmv1\n/m);
    expect(out).toContain(`servicebusnotification-tags: ${userTag(alice.rawId)}`);
    expect(out).toContain('"title":"Alice Sample"');
    expect(out).not.toMatch(/authorization|SharedAccess/i);
    expect(code).toBe(0);
    expect(bench.cloud.azure.context.inbox).toEqual([]);
  });

  it('sends what it shows, as it is', async () => {
    bench.cloud.azure.context.inbox.length = 0;
    const { code, out } = await show('--event', 'ChatMessageReceived', '--show', '--json');
    expect(code).toBe(0);
    const { requests, devices } = JSON.parse(out) as {
      requests: { headers: Record<string, string>; body: string }[];
      devices: { platform: string; delivered: boolean }[];
    };
    expect(devices.map(({ platform, delivered }) => [platform, delivered])).toEqual([
      ['apple', true],
      ['fcmv1', true],
    ]);
    const shown = requests.map(({ headers, body }) => [headers['apns-collapse-id'], JSON.parse(body)]);
    const arrived = bench.cloud.azure.context.inbox.map(({ headers, payload }) => [
      headers['apns-collapse-id'],
      payload,
    ]);
    expect(arrived).toEqual(shown);
  });

  it('says what the preferences of the user would have the relay do', async () => {
    const { relay_storage_account: account } = outputs;
    const { azure } = bench.cloud;
    const tokens = credentialOf(azure);
    const ca = readFileSync(azure.endpoints.certificateFile, 'utf8');
    const connection = connect(tokens, { environment: { ...azure.networkEnvironment }, ca });
    const store = new PreferencesStore(storageAccount(String(account), connection), 'relaypreferences');
    await store.put(alice.rawId, { mutedThreads: [{ threadId: '19:muted@thread.v2' }] }, 'any');
    const muted = await show('--event', 'ChatMessageReceived', '--thread', '19:muted@thread.v2', '--dry-run');
    expect(muted.out).toMatch(
      /^preferences: the relay would not push this \(muted\); it is shown and sent here all the same\n/,
    );
    const quietHours = { timeZone: 'UTC', from: '00:00', to: '24:00' };
    await store.put(alice.rawId, { quietHours }, 'any');
    const quiet = await show('--event', 'ChatMessageReceived', '--dry-run', '--platform', 'apple');
    expect(quiet.out).toMatch(/^preferences: the relay would push this without a sound/);
    expect(quiet.out).toContain('"interruption-level":"passive"');
    await store.delete(alice.rawId, 'any');
    connection.transport.close();
  });

  it.each([
    [['--event', 'ChatMessageSent'], "--event is 'ChatMessageSent'; expected one of: IncomingCall"],
    [['--event', 'SMSReceived'], 'an SMS comes to a phone number: give --user as 4:+15551234567'],
    [['--event', 'IncomingCall', '--title', 'x'], "what a push of an event says is the templates'"],
    [['--thread', '19:x'], '--thread is for a push of an event'],
  ])('refuses %j', async (words, problem) => {
    const { code, err } = await show(...words);
    expect(err).toContain(problem);
    expect(code).toBe(2);
  });

  it('tells users, not devices', async () => {
    const { code, err } = await acsPush(
      'test-send',
      'local',
      '--device',
      'bobs-iphone',
      '--event',
      'IncomingCall',
    );
    expect(err).toContain('an event tells users, not devices');
    expect(code).toBe(2);
  });
});

describe('acs-push outcome', () => {
  it('tells what became of a push where the hub does', async () => {
    const { relay_hub_id: hubId } = outputs;
    const namespace = bench.cloud.azure.context.store.get(
      String(hubId).replace(/\/notificationHubs\/[^/]+$/i, ''),
    )!;
    const basic = namespace.sku;
    namespace.sku = { name: 'Standard' };
    try {
      const sent = await acsPush('test-send', 'local', '--user', alice.rawId, '--platform', 'apple');
      const [, id] = /^notification (\S+) /m.exec(sent.out) ?? [];
      const told = await packed({}, 'outcome', 'local', id!, '--wait', '5m');
      expect(told.out).toMatch(/^Completed {2}hub \S+, sent \S+, ended \S+\n {2}apns {2}1 Success\n$/);
      expect(told.code).toBe(0);
      const json = await acsPush('outcome', 'local', id!, '--json');
      expect(JSON.parse(json.out)).toMatchObject({
        kind: 'told',
        notificationId: id,
        state: 'Completed',
        counts: { apns: { Success: 1 } },
      });
      expect(json.out).not.toContain('Sent by acs-push');

      const nobody = await acsPush('outcome', 'local', '00000000-0000-0000-0000-000000000000');
      expect(nobody).toMatchObject({ code: 3, out: expect.stringContaining('(404): not yet') });
    } finally {
      namespace.sku = basic;
    }
  });

  it('says that only the tier Standard tells', async () => {
    const { code, out } = await acsPush(
      'outcome',
      'local',
      '00000000-0000-0000-0000-000000000000',
      '--wait',
      '5m',
    );
    expect(out).toContain('(403): its namespace is not of the tier Standard');
    expect(code).toBe(1);
  });

  it.each([
    [['local'], 'which push? give a stack, or --hub, and one notification id'],
    [['local', '../messages'], "a notification id is letters, digits and -, got '../messages'"],
    [['nowhere', 'abc'], "'nowhere'"],
  ])('refuses %j', async (words, problem) => {
    const { code, err } = await acsPush('outcome', ...words);
    expect(err).toContain(problem);
    expect(code).toBe(2);
  });
});

describe('acs-push rotate --relay', () => {
  const keysOf = (ruleId: unknown) => {
    const rule = bench.cloud.azure.context.store.get(String(ruleId));
    return [rule?.secrets?.primaryKey, rule?.secrets?.secondaryKey];
  };

  it('replaces both keys with the state locked, and the relay goes on pushing', async () => {
    const { relay_policy_id: ruleId } = outputs;
    const before = keysOf(ruleId);
    const { code, out, err } = await acsPush('rotate', 'local', '--relay');
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(out).toContain(`rotated: both keys of ${String(ruleId)} are new\n`);
    expect(keysOf(ruleId).filter((key) => before.includes(key))).toEqual([]);

    bench.cloud.azure.context.inbox.length = 0;
    const { code: sent } = await acsPush('test-send', 'local', '--user', alice.rawId, '--title', 'Hello');
    expect(sent).toBe(0);
    expect(bench.cloud.azure.context.inbox.length).toBeGreaterThan(0);
  });

  it('goes for the link or for the relay, or for both by --all', async () => {
    const { code, err } = await acsPush('rotate', 'local', '--relay', '--all');
    expect(err).toContain("--all has the relay's keys in it: leave out --relay");
    expect(code).toBe(2);
  });
});

describe('acs-push replay', () => {
  it('lists and shows what the relay kept, and says when it is refused again', async () => {
    const { communication_service_id: acsId } = outputs;
    bench.cloud.azure.services.communication.raiseEvent({
      acsId: String(acsId),
      eventType: 'Microsoft.Communication.ChatMessageReceived',
      subject: 'thread/x',
      data: { messageBody: 'a message to nobody, which a person wrote' },
    });
    const [entry] = await untilListed('--kept-by', 'relay');
    expect(entry).toMatchObject({
      keptBy: 'relay',
      functionName: 'messages',
      eventType: 'Microsoft.Communication.ChatMessageReceived',
    });
    expect(JSON.stringify(entry)).not.toContain('which a person wrote');

    const shown = await packed({}, 'replay', 'local', '--show', entry!.id!);
    expect(shown.out).toContain('which a person wrote');

    // Nobody has mended it: the relay refuses it again, and it stays where it was.
    for (let i = 0; i < 2; i++) {
      expect(await acsPush('replay', 'local', '--id', entry!.id!)).toMatchObject({
        code: 1,
        out: `KEPT AGAIN, the relay refused it: invalid-data  ${entry!.id}\n`,
      });
    }
    expect((await acsPush('replay', 'local', '--list', '--open')).out).toContain(entry!.id!);
  });

  it('delivers again, once, what could not be delivered before', async () => {
    const { communication_service_id: acsId } = outputs;
    const { hubs, communication } = bench.cloud.azure.services;
    bench.cloud.azure.context.inbox.length = 0;
    hubs.setFaults({ failedPercent: 100 });
    // The relay goes by the machine's clock: by that, the call still rings however long the replay takes.
    clock.advance(3_600_000);
    communication.raiseEvent({
      acsId: String(acsId),
      eventType: 'Microsoft.Communication.IncomingCall',
      subject: 'call/x',
      data: {
        toCommunicationIdentifier: { rawId: alice.rawId },
        fromCommunicationIdentifier: { rawId: '8:acs:somebody_else' },
        callerDisplayName: 'Bob',
        correlationId: 'a-call-that-did-not-get-through',
        serverCallId: 'a-call-that-did-not-get-through',
        incomingCallContext: 'x',
      },
    });
    const filter = ['--kept-by', 'event-grid'];
    const [entry] = await untilListed(...filter);
    hubs.setFaults({});
    expect(entry).toMatchObject({ functionName: 'calls', reason: expect.stringMatching(/Exceeded$/) });

    expect(await packed({}, 'replay', 'local', '--id', entry!.id!)).toMatchObject({
      code: 0,
      out: `replayed  ${entry!.id}\n`,
    });
    const handles = () => bench.cloud.azure.context.inbox.map(({ handle }) => handle).sort();
    expect(handles()).toEqual([alice.apnsHandle, alice.fcmHandle].sort());
    expect((await acsPush('replay', 'local', '--id', entry!.id!)).out).toMatch(/^replayed before, /);
    expect(handles()).toHaveLength(2);
    expect(await acsPush('replay', 'local', '--list', '--open', ...filter)).toEqual({
      code: 0,
      out: '',
      err: 'no dead letters\n',
    });
  });

  it('names an entry that is not there', async () => {
    const { code, err } = await acsPush('replay', 'local', '--show', 'relay/none.json');
    expect(err).toContain("no dead letter 'relay/none.json'");
    expect(code).toBe(2);
  });
});

describe('acs-push devices', () => {
  const carol = '8:acs:carol_1';

  /** Registers devices with the devices API, by a back end of the app's. */
  async function register(...ids: string[]): Promise<void> {
    const { devices_api_url: url } = outputs;
    const { token } = await bench.cloud.azure.entra.issueUserToken('back end', AUDIENCE, {
      roles: ['Devices.Register.All'],
    });
    for (const id of ids) {
      const answer = await send(bench.cloud.azure, 'PUT', `${String(url)}/devices/${id}`, {
        headers: { authorization: `Bearer ${token}` },
        body: { platform: 'apns', pushChannel: randomBytes(32).toString('hex'), user: carol, language: 'de' },
      });
      expect(answer.status).toBe(201);
    }
  }

  /** Assigns app roles of the API to who runs the commands. */
  const assign = (...roles: string[]) =>
    bench.cloud.azure.directory.add({
      ...DEPLOYER,
      kind: 'servicePrincipal',
      displayName: 'deployer',
      appRoles: { [AUDIENCE]: roles },
    });

  it('needs the role to act for everybody, and says so', async () => {
    assign();
    const { code, err } = await acsPush('devices', 'local', '--user', carol);
    expect(err).toMatch(/answered 403: .*needs the app role Devices\.Register\.All/);
    expect(code).toBe(1);
    const forged = await acsPushWith({ ACS_PUSH_DEVICES_TOKEN: 'x' }, 'devices', 'local', '--user', carol);
    expect(forged.err).toMatch(/answered 401: .*has to be an access token for the API's audience/);
  });

  it("lists a user's devices, and removes them all", async () => {
    assign('Devices.Register.All');
    await register('carols-phone', 'carols-tablet');
    expect(await acsPush('devices', 'local', '--user', carol)).toEqual({
      code: 0,
      out: 'apns carols-phone  de\napns carols-tablet  de\n',
      err: '',
    });
    expect(await packed({}, 'devices', 'local', '--user', carol, '--revoke')).toMatchObject({
      code: 0,
      out: 'revoked apns carols-phone  de\nrevoked apns carols-tablet  de\n',
    });
    expect(await acsPush('devices', 'local', '--user', carol, '--json')).toMatchObject({
      code: 0,
      out: '{"devices":[],"revoked":false}\n',
    });
    expect((await acsPush('test-send', 'local', '--user', carol)).out).toContain('no device is registered');
  });

  it.each([
    [[], "whose devices? give --user; see 'acs-push devices --help'"],
    [['--user', 'x'.repeat(513)], '--user takes the raw id of an ACS identity'],
  ])('refuses %j', async (words, problem) => {
    const { code, err } = await acsPush('devices', 'local', ...words);
    expect(err).toContain(problem);
    expect(code).toBe(2);
  });
});

describe('without a stack, by ids', () => {
  const NOWHERE = { TERRAFORM_BINARY_NAME: '/nowhere/terraform', CDKTF_OUTDIR: '/nowhere' };

  /** In a folder with no cdktf project, and with no Terraform to ask. */
  async function elsewhere(...words: string[]): Promise<Answer> {
    return acsPushWith(NOWHERE, ...words);
  }

  it('test-send sends, and shows what the relay makes of an event', async () => {
    const sender = ['--relay-policy', String(outputs.relay_policy_id), '--user', alice.rawId];
    expect((await packed(NOWHERE, 'test-send', ...sender)).out).toMatch(/^ok {3}apple /m);
    const event = ['--event', 'ChatMessageReceived', '--dry-run'];
    const app = ['--function-app', String(outputs.function_app_id)];
    const zip = ['--package', join(PROJECT, 'dist/relay/relay.zip')];
    const shown = await elsewhere('test-send', ...sender, ...app, ...zip, ...event);
    expect(shown.out).toContain('"title":"Alice Sample"');
    const without = await elsewhere('test-send', ...sender, ...app, ...event);
    expect([without.code, without.err]).toEqual([
      2,
      expect.stringContaining('without a stack give --package'),
    ]);
  });

  it('outcome, replay and devices go', async () => {
    const hub = ['--hub', String(outputs.relay_hub_id)];
    const told = await elsewhere('outcome', ...hub, '00000000-0000-0000-0000-000000000000');
    expect(told).toMatchObject({ code: 1, out: expect.stringContaining('(403)') });

    const place = [
      ['--function-app', String(outputs.function_app_id)],
      ['--storage-account', String(outputs.relay_storage_account)],
      ['--dead-letter-container', String(outputs.relay_dead_letter_container)],
    ].flat();
    expect(await elsewhere('replay', ...place, '--list')).toEqual(await acsPush('replay', 'local', '--list'));

    const api = ['--devices-api', String(outputs.devices_api_url), '--audience', AUDIENCE];
    expect(await elsewhere('devices', ...api, '--user', alice.rawId)).toMatchObject({ code: 0 });
  });

  it.each([
    [['test-send', '--user', alice.rawId], 'of what? give a stack that is deployed, or --relay-policy'],
    [
      ['replay', '--function-app', 'x', '--list'],
      'or --function-app, --storage-account and --dead-letter-container',
    ],
    [['devices', '--user', alice.rawId], 'or --devices-api'],
    [['devices', '--devices-api', 'x', '--user', alice.rawId], '--devices-api takes the address of the API'],
    [['outcome', '--hub', 'x', 'abc'], "--hub: malformed resource id 'x'"],
    [['outcome', 'local', '--hub', 'x', 'abc'], "a stack names its resources itself, got 'local' and --hub"],
  ])('%j is refused', async (words, problem) => {
    const { code, err } = await elsewhere(...words);
    expect(err).toContain(problem);
    expect(code).toBe(2);
  });
});

it('names a stack that there is not', async () => {
  const { code, err } = await acsPush('replay', 'nowhere', '--list');
  expect(err).toContain("'nowhere'");
  expect(code).toBe(2);
});
