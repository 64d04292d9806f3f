import { silent } from '../../terminal';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../cli/commands';
import { runCommand } from '../../cli/run';
import { RestHubClient } from '../../link';
import { readLink, sameResourceId } from '../../link/read-link';
import { machineEnvironment, type Deployment } from '../../testing/local/deployment';
import { pretendUser, registerInstallations } from '../../testing/local/pretend-devices';
import { userTag } from '../../relay/tags';
import { PackageBench, TIMEOUT_MS } from './bench';
import { PROJECT } from './installed';
import { packed } from './packed';

let bench: PackageBench;
/** Folder of the stacks in `consumer/`. */
let consumer: string;
/** Folder of the README's stack, as examples/minimal has it. */
let minimal: string;

beforeAll(async () => {
  bench = await PackageBench.open();
}, TIMEOUT_MS);

afterAll(() => bench?.close(), TIMEOUT_MS);

it('the package carries the library, the relay and what publishes it, and nothing of the workshop', () => {
  const paths = packed().files;
  expect(paths).toEqual(
    expect.arrayContaining([
      'README.md',
      'LICENSE',
      'bin/acs-push.cjs',
      'dist/constructs/index.js',
      'dist/constructs/index.d.ts',
      'dist/relay/relay.zip',
      'dist/relay/with-templates.cjs',
      'dist/publishing/publish-function-app.cjs',
    ]),
  );
  expect(paths.filter((path) => /^(local|test|bench|dist\/(test|bench))\//.test(path))).toEqual([]);
});

/** Variables of the stack `tokens`. */
const TOKENS = { app_name: 'later', suffix: 't0k3n5', data_location: 'Europe' };

/** The stacks of `consumer/`; the stacks of one list are deployed one after the other. */
const STACKS = [
  ['across-namespaces', 'across-hubs', 'across-services'],
  ['two-in-one'],
  ['aliased-providers'],
  ['tokens'],
  ['unwrapped'],
];

const stackOf = (stack: string) => ({
  stack,
  project: consumer,
  environment: Object.fromEntries(Object.entries(TOKENS).map(([name, value]) => [`TF_VAR_${name}`, value])),
});

const groupOf = (stack: string) => `rg-${stack}`;

describe('a stack written with it is deployed into local Azure, and deployed again without changes:', () => {
  beforeAll(() => {
    consumer = bench.installed.add('test/package/consumer', 'consumer');
    minimal = bench.installed.add('examples/minimal', 'minimal');
    expect(bench.installed.compile(['consumer', 'minimal'])).toBe('');
    const own = STACKS.map((list) => list.map(stackOf));
    bench.deployAll([[{ stack: 'minimal', project: minimal }], ...own]);
  }, TIMEOUT_MS);

  it(
    "the README's, which is examples/minimal",
    async () => {
      const { resources } = await (await bench.whenDeployed('minimal')).showState();
      const hub = resources.find(({ name }) => name.includes('CallingHub'))!;
      expect(sameResourceId((await bench.linkedHub('rg-app'))!, hub.values.id as string)).toBe(true);
      const app = bench.only('rg-app', 'Microsoft.Web/sites');
      expect(await bench.cloud.reader.get(`${app.id}/functions/messages`, '2023-12-01')).toBeDefined();
    },
    TIMEOUT_MS,
  );

  it(
    'two apps in one stack, each linked to its own hub and told apart by its outputs',
    async () => {
      const outputs = await (await bench.whenDeployed('two-in-one')).outputs();
      for (const name of ['shop', 'bank']) {
        const service = outputs[`${name}_communication_service_id`] as string;
        const { notificationHubId } = (await readLink(bench.cloud.reader, service))!;
        expect(sameResourceId(notificationHubId!, outputs[`${name}_calling_hub_id`] as string)).toBe(true);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'namespace, hub and link in a stack each',
    async () => {
      await bench.whenDeployed('across-services');
      const hub = bench.only(
        groupOf('across-namespaces'),
        'Microsoft.NotificationHubs/namespaces/notificationHubs',
      );
      expect(sameResourceId((await bench.linkedHub(groupOf('across-services')))!, hub.id)).toBe(true);
    },
    TIMEOUT_MS,
  );

  it(
    'providers that have an alias, and none without',
    async () => {
      await bench.whenDeployed('aliased-providers');
      expect(await bench.linkedHub(groupOf('aliased-providers'))).toContain(
        '/notificationHubs/ntf-aliased-calling',
      );
    },
    TIMEOUT_MS,
  );

  it(
    'names and data location that are variables',
    async () => {
      await bench.whenDeployed('tokens');
      const group = groupOf('tokens');
      const service = bench.only(group, 'Microsoft.Communication/communicationServices');
      expect(service.name).toBe(`acs-${TOKENS.app_name}-${TOKENS.suffix}`);
      expect(await bench.linkedHub(group)).toContain(
        `/namespaces/ntfns-${TOKENS.app_name}-${TOKENS.suffix}/notificationHubs/ntf-${TOKENS.app_name}-calling`,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'moved into a wrapper and renamed, after which nothing is made, changed or destroyed',
    async () => {
      const { resources } = await (await bench.whenDeployed('unwrapped')).showState();
      const deployment = await bench.prepared(stackOf('wrapped-and-moved'));
      const { changes } = await deployment.showPlan(await deployment.plan());
      expect(changes.filter(({ change }) => change.actions.join() !== 'no-op')).toEqual([]);
      const former = changes.flatMap(({ previous_address: address }) => address ?? []);
      expect(former.length).toBeGreaterThan(0);
      const managed = resources.flatMap(({ mode, address }) => (mode === 'managed' ? address : []));
      expect(former.sort()).toEqual(managed.filter((address) => address.includes('.Push_')).sort());
    },
    TIMEOUT_MS,
  );
});

describe('acs-push in a checkout of that stack where nothing was synthesized or initialized', () => {
  const alice = pretendUser('Alice');
  let deployment: Deployment;

  // The clock goes forward here, which no deployment may notice.
  beforeAll(async () => {
    await bench.settled();
    deployment = await bench.whenDeployed('minimal');
  }, TIMEOUT_MS);

  /** The command as npm has installed it, with a folder of its own for temporary files. */
  async function acsPush(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    const temporary = mkdtempSync(join(bench.folder, 'tmp-'));
    const env = { ...machineEnvironment(), ...bench.cloud.environment, TMPDIR: temporary };
    const answer = await new Promise<{ code: number; out: string; err: string }>((resolve) => {
      execFile(bench.installed.command, words, { cwd: minimal, env }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
    });
    // But for the cache of what runs the app's TypeScript.
    expect(readdirSync(temporary).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
    expect(existsSync(join(minimal, 'cdktf.out'))).toBe(false);
    return answer;
  }

  it(
    'verifies the link, sends, lists dead letters and rotates the keys of the relay',
    async () => {
      const verified = await acsPush('verify', 'minimal', '--wait');
      expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('relay hub: settled: ') });

      const { relay_hub_id: hub } = await deployment.outputs();
      const { reader, transport } = bench.cloud;
      await registerInstallations(reader, String(hub), alice, userTag(alice.rawId), transport);
      const user = ['--user', alice.rawId];
      expect(await acsPush('test-send', 'minimal', ...user)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^ok {3}apple /),
      });

      expect(await acsPush('replay', 'minimal', '--list')).toEqual({
        code: 0,
        out: '',
        // Before it, on a slow machine, that the app is waited for.
        err: expect.stringMatching(/(^|\n)no dead letters\n$/),
      });
      expect(await acsPush('rotate', 'minimal', '--relay')).toMatchObject({ code: 0 });
      expect(await acsPush('test-send', 'minimal', ...user)).toMatchObject({ code: 0 });
      expect((await acsPush('verify', 'minima')).err).toMatch(
        /^acs-push: no such stack 'minima'; known are: .*minimal.*\n$/m,
      );
    },
    TIMEOUT_MS,
  );

  it(
    "rotates the link's keys by a deploy of the stack, after which Terraform and Azure agree",
    async () => {
      const { certificateFile, proxy } = bench.cloud.azure.endpoints;
      const { hostname, port } = new URL(proxy);
      const ca = readFileSync(certificateFile, 'utf8');
      const cdktf = join(PROJECT, 'node_modules/.bin/cdktf');
      const words = [
        'deploy',
        'minimal',
        '--auto-approve',
        '--skip-provider-lock',
        '--disable-plugin-cache-env',
      ];
      let printed = '';
      const code = await runCommand(
        COMMANDS,
        [
          ...['rotate', 'minimal', '--deploy-command'],
          [cdktf, ...words, '--output', join(bench.folder, 'of-rotation')].join(' '),
        ],
        {
          out: (text) => (printed += text),
          err: (text) => (printed += text),
          environment: { ...machineEnvironment(), ...bench.variables, CI: 'true' },
          folder: minimal,
          progress: silent,
          signal: new AbortController().signal,
          connect: () => ({
            azure: bench.cloud.reader,
            hub: new RestHubClient({ ca, proxy: { host: hostname, port: Number(port) } }),
            clock: {
              now: () => bench.clock.now(),
              sleep: async (milliseconds) => bench.clock.advance(milliseconds),
            },
          }),
        },
      );
      expect(code === 0 ? '' : printed).toBe('');
      expect(printed).toContain('rotated: linked is the secondary key; both old keys are dead');
      expect(JSON.parse(readFileSync(join(minimal, 'cdktf.json'), 'utf8'))).toMatchObject({
        context: { 'acs-push:linkKey:minimal': 'secondary' },
      });
      await deployment.prepare();
      expect((await deployment.plan()).changes).toBe(false);
      expect(await deployment.outputs()).toMatchObject({ calling_policy_key: 'secondary' });
    },
    TIMEOUT_MS,
  );
});
