import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { COMMANDS } from '../../cli/commands';
import { runCommand } from '../../cli/run';
import { RestHubClient } from '../../link';
import { readLink, sameResourceId } from '../../link/read-link';
import { Deployment, machineEnvironment } from '../../local/runner/deployment';
import { startLocalCloud, type LocalCloud } from '../../local/runner/local-cloud';
import { pretendUser, registerInstallations } from '../../local/runner/pretend-devices';
import { credentialVariables, makePushCredentials } from '../../local/runner/push-credentials';
import { userTag } from '../../relay/tags';
import { ForwardClock } from '../support/forward-clock';
import { npm, packed } from './packed';
import { startWebhookServer, type WebhookServer } from './webhook-server';

const PROJECT = join(__dirname, '..', '..');
/** Packages that a stack of one's own is written with; their copies in this checkout stand for the registry's. */
const COMPANIONS = ['cdktf', 'constructs', '@cdktf/provider-azurerm', 'typescript', '@types/node'];
const TIMEOUT_MS = 900_000;

let folder: string;
let cloud: LocalCloud;
let webhook: WebhookServer;
let variables: Record<string, string>;
const clock = new ForwardClock();
const consumer = () => join(folder, 'consumer');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  install(packed().tarball);
  cloud = await startLocalCloud({ providers: 'stand-in', clock });
}, TIMEOUT_MS);

afterAll(async () => {
  await cloud?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Installs the tarball as anybody does, without a network: what it depends on is linked from this checkout. */
function install(tarball: string): void {
  const { dependencies = {} } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  const linked = [...COMPANIONS, ...Object.keys(dependencies)].map((name) => [
    name,
    `file:${join(PROJECT, 'node_modules', name)}`,
  ]);
  mkdirSync(consumer());
  writeFileSync(
    join(consumer(), 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, dependencies: Object.fromEntries(linked) }),
  );
  npm(consumer(), 'install', '--offline', '--no-package-lock', tarball);
}

/** What tsc finds is in what it prints, and not in the error of a program that failed. */
function compile(): void {
  const tsc = join(consumer(), 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', consumer()], { encoding: 'utf8' });
  expect(stdout).toBe('');
}

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

/** The stacks of `consumer/`; two lists are deployed at a time, the stacks of one list one after the other. */
const STACKS = [
  ['readme'],
  ['own-parts'],
  ['webhook'],
  ['two-in-one'],
  ['voip'],
  ['across-namespaces', 'across-hubs', 'across-services'],
  ['aliased-providers'],
  ['existing-parts', 'adopted-parts'],
  ['tokens'],
  ['unwrapped'],
] as const;

type StackName = (typeof STACKS)[number][number] | 'wrapped-and-moved';

/** What became of each stack. */
const deployed = new Map<StackName, Promise<Deployment>>();

function deployAll(): void {
  const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
  STACKS.forEach((stacks, at) => {
    for (const stack of stacks) {
      const deploying = lanes[at % lanes.length]!.then(() => deploy(stack));
      deployed.set(stack, deploying);
      lanes[at % lanes.length] = deploying.catch(() => undefined);
    }
  });
}

/** Initialized, planned, applied and planned again: the second plan changes nothing. */
async function deploy(stack: StackName): Promise<Deployment> {
  const deployment = deploymentOf(stack);
  await deployment.terraform(['init', '-input=false', '-no-color']);
  await deployment.apply(await deployment.plan());
  expect((await deployment.plan()).text).toContain('No changes.');
  return deployment;
}

function deploymentOf(stack: StackName, environment: Readonly<Record<string, string>> = {}): Deployment {
  return new Deployment({
    stack,
    project: consumer(),
    folder: join(folder, 'deployment'),
    environment: { ...variables, ...environment },
  });
}

/** The resources of a stack in local Azure, by the resource group that it makes. */
function inAzure(stack: StackName, type: string) {
  const group = `/resourceGroups/rg-${stack}/`;
  return cloud.azure.context.store.list({ type }).filter(({ id }) => id.includes(group));
}

function only(stack: StackName, type: string) {
  const found = inAzure(stack, type);
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** Which hub a stack's Communication Services resource is linked to, as Azure says. */
async function linkedHub(stack: StackName): Promise<string | undefined> {
  const service = only(stack, 'Microsoft.Communication/communicationServices');
  return (await readLink(cloud.reader, service.id))?.notificationHubId;
}

describe('a stack written with it is deployed into local Azure, and deployed again without changes:', () => {
  beforeAll(async () => {
    cpSync(join(__dirname, 'consumer'), consumer(), { recursive: true });
    cpSync(join(PROJECT, 'test/relay/templates'), join(consumer(), 'templates'), { recursive: true });
    compile();
    webhook = await startWebhookServer(dirname(cloud.azure.endpoints.certificateFile));
    variables = {
      ...cloud.environment,
      ...credentialVariables(await makePushCredentials()),
      WEBHOOK_URL: webhook.url,
      ...Object.fromEntries(Object.entries(TOKENS).map(([name, value]) => [`TF_VAR_${name}`, value])),
    };
    await deploymentOf('readme').synth();
    deployAll();
  }, TIMEOUT_MS);

  afterAll(async () => {
    await Promise.allSettled(deployed.values());
    await webhook?.close();
  }, TIMEOUT_MS);

  it(
    "the README's, with words of its own",
    async () => {
      const deployment = (await deployed.get('readme'))!;
      const { resources } = await deployment.showState();
      const hub = resources.find(({ name }) => name.includes('CallingHub'))!;
      expect(sameResourceId((await linkedHub('readme'))!, hub.values.id as string)).toBe(true);
      const app = only('readme', 'Microsoft.Web/sites');
      expect(await cloud.reader.get(`${app.id}/functions/messages`, '2023-12-01')).toBeDefined();
      // With templates of its own, it is not the relay as it is carried.
      const carried = readFileSync(join(consumer(), 'node_modules/cdktf-acs-push/dist/relay/relay.zip'));
      const published = resources.flatMap(({ values }) => {
        const triggers = values.triggers_replace as { package?: string } | undefined;
        return triggers?.package ?? [];
      });
      expect(published).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
      expect(published).not.toContain(createHash('sha256').update(carried).digest('hex'));
    },
    TIMEOUT_MS,
  );

  it(
    'a webhook in place of the relay',
    async () => {
      await deployed.get('webhook');
      expect(inAzure('webhook', 'Microsoft.Web/sites')).toEqual([]);
      expect(inAzure('webhook', 'Microsoft.EventGrid/systemTopics/eventSubscriptions')).toHaveLength(3);
    },
    TIMEOUT_MS,
  );

  it(
    'two apps in one stack, each linked to its own hub and told apart by its outputs',
    async () => {
      const outputs = await (await deployed.get('two-in-one'))!.outputs();
      for (const name of ['shop', 'bank']) {
        const service = outputs[`${name}_communication_service_id`] as string;
        const { notificationHubId } = (await readLink(cloud.reader, service))!;
        expect(sameResourceId(notificationHubId!, outputs[`${name}_calling_hub_id`] as string)).toBe(true);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'VoIP pushes, through a third hub',
    async () => {
      await deployed.get('voip');
      const hubs = inAzure('voip', 'Microsoft.NotificationHubs/namespaces/notificationHubs');
      expect(hubs.map(({ name }) => name).sort()).toEqual([
        'ntf-voip-calling',
        'ntf-voip-relay',
        'ntf-voip-voip',
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'namespace, hub and link in a stack each',
    async () => {
      await deployed.get('across-services');
      const hub = only('across-namespaces', 'Microsoft.NotificationHubs/namespaces/notificationHubs');
      expect(sameResourceId((await linkedHub('across-services'))!, hub.id)).toBe(true);
    },
    TIMEOUT_MS,
  );

  it(
    'providers that have an alias, and none without',
    async () => {
      await deployed.get('aliased-providers');
      expect(await linkedHub('aliased-providers')).toContain('/notificationHubs/ntf-aliased-calling');
    },
    TIMEOUT_MS,
  );

  it(
    'parts that exist, by their ids, none of which is made anew or changed',
    async () => {
      await deployed.get('adopted-parts');
      expect(await linkedHub('existing-parts')).toContain(
        '/namespaces/ntfns-existing/notificationHubs/ntf-existing',
      );
      expect(inAzure('existing-parts', 'Microsoft.EventGrid/systemTopics/eventSubscriptions')).toHaveLength(
        3,
      );
      for (const type of [
        'Microsoft.Communication/communicationServices',
        'Microsoft.NotificationHubs/namespaces',
        'Microsoft.EventGrid/systemTopics',
      ]) {
        expect(inAzure('adopted-parts', type)).toEqual([]);
      }
      // What made them sees nothing that it would take back.
      expect((await deploymentOf('existing-parts').plan()).text).toContain('No changes.');
    },
    TIMEOUT_MS,
  );

  it(
    'storage, plan, identity, workspace, Application Insights and hubs of its own, by ids known only when deployed',
    async () => {
      await deployed.get('own-parts');
      const named = (type: string) => inAzure('own-parts', type).map(({ name }) => name);
      expect(named('Microsoft.Storage/storageAccounts')).toEqual(['stownparts']);
      expect(named('Microsoft.Web/serverFarms')).toEqual(['asp-own']);
      expect(named('Microsoft.Insights/components')).toEqual(['appi-own']);
      expect(named('Microsoft.OperationalInsights/workspaces')).toEqual(['log-own']);
      const app = only('own-parts', 'Microsoft.Web/sites');
      expect(await cloud.reader.get(`${app.id}/functions/messages`, '2023-12-01')).toBeDefined();
    },
    TIMEOUT_MS,
  );

  it(
    'names and data location that are variables',
    async () => {
      await deployed.get('tokens');
      const service = only('tokens', 'Microsoft.Communication/communicationServices');
      expect(service.name).toBe(`acs-${TOKENS.app_name}-${TOKENS.suffix}`);
      expect(await linkedHub('tokens')).toContain(
        `/namespaces/ntfns-${TOKENS.app_name}-${TOKENS.suffix}/notificationHubs/ntf-${TOKENS.app_name}-calling`,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'moved into a wrapper and renamed, after which nothing is made, changed or destroyed',
    async () => {
      const { resources } = await (await deployed.get('unwrapped'))!.showState();
      const deployment = deploymentOf('wrapped-and-moved');
      await deployment.terraform(['init', '-input=false', '-no-color']);
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
    await Promise.allSettled(deployed.values());
    deployment = (await deployed.get('readme'))!;
  }, TIMEOUT_MS);

  const stateFolder = () => join(deployment.folder, 'state');

  /** The command as npm has installed it, with a folder of its own for temporary files. */
  async function acsPush(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    const env = {
      ...machineEnvironment(),
      ...cloud.environment,
      ACS_PUSH_STATE_DIR: stateFolder(),
      TMPDIR: temporary,
    };
    const answer = await new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const program = join(consumer(), 'node_modules/.bin/acs-push');
      execFile(program, words, { cwd: consumer(), env }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
    });
    expect(readdirSync(temporary)).toEqual([]);
    expect(existsSync(join(consumer(), 'cdktf.out'))).toBe(false);
    return answer;
  }

  it(
    'verifies the link, sends, lists dead letters and rotates the keys of the relay',
    async () => {
      const verified = await acsPush('verify', 'readme', '--wait');
      expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('relay hub: settled: ') });

      const { relay_hub_id: hub } = await deployment.outputs();
      const tag = userTag(alice.rawId);
      await registerInstallations(cloud.reader, String(hub), alice, tag, cloud.transport);
      const user = ['--user', alice.rawId];
      expect(await acsPush('test-send', 'readme', ...user)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^ok {3}apple /),
      });
      // The templates are the stack's own, which its app puts into the package.
      const event = await acsPush('test-send', 'readme', ...user, '--event', 'IncomingCall', '--dry-run');
      expect(event).toMatchObject({ code: 0, out: expect.stringContaining('servicebusnotification-format') });

      expect(await acsPush('replay', 'readme', '--list')).toEqual({
        code: 0,
        out: '',
        // Before it, on a slow machine, that the app is waited for.
        err: expect.stringMatching(/(^|\n)no dead letters\n$/),
      });
      expect(await acsPush('rotate', 'readme', '--relay')).toMatchObject({ code: 0 });
      expect(await acsPush('test-send', 'readme', ...user)).toMatchObject({ code: 0 });
      expect((await acsPush('verify', 'readm')).err).toMatch(
        /^acs-push: no such stack 'readm'; known are: .*, readme, .*\n$/m,
      );
    },
    TIMEOUT_MS,
  );

  it(
    "rotates the link's keys by a deploy of the stack, after which Terraform and Azure agree",
    async () => {
      const { certificateFile, proxy } = cloud.azure.endpoints;
      const { hostname, port } = new URL(proxy);
      const ca = readFileSync(certificateFile, 'utf8');
      const cdktf = join(PROJECT, 'node_modules/.bin/cdktf');
      const words = [
        'deploy',
        'readme',
        '--auto-approve',
        '--skip-provider-lock',
        '--disable-plugin-cache-env',
      ];
      let printed = '';
      const code = await runCommand(
        COMMANDS,
        [
          ...['rotate', 'readme', '--deploy-command'],
          [cdktf, ...words, '--output', join(folder, 'of-rotation')].join(' '),
        ],
        {
          out: (text) => (printed += text),
          err: (text) => (printed += text),
          environment: {
            ...machineEnvironment(),
            ...variables,
            ACS_PUSH_STATE_DIR: stateFolder(),
            CI: 'true',
          },
          folder: consumer(),
          eraseLines: () => undefined,
          interactive: false,
          signal: new AbortController().signal,
          connect: () => ({
            azure: cloud.reader,
            hub: new RestHubClient({ ca, proxy: { host: hostname, port: Number(port) } }),
            clock: { now: () => clock.now(), sleep: async (milliseconds) => clock.advance(milliseconds) },
          }),
        },
      );
      expect(code === 0 ? '' : printed).toBe('');
      expect(printed).toContain('rotated: linked is the secondary key; both old keys are dead');
      expect(JSON.parse(readFileSync(join(consumer(), 'cdktf.json'), 'utf8'))).toMatchObject({
        context: { 'acs-push:linkKey:readme': 'secondary' },
      });
      await deployment.prepare();
      expect((await deployment.plan()).changes).toBe(false);
      expect(await deployment.outputs()).toMatchObject({ calling_policy_key: 'secondary' });
    },
    TIMEOUT_MS,
  );
});
