import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SUBSCRIPTION_ID } from '../../local/azure';
import { machineEnvironment } from '../../testing/local/deployment';
import { pretendUser } from '../../testing/local/pretend-devices';
import { vapidKeys } from '../support/keys';
import { PackageBench, TIMEOUT_MS, type PackagedStack } from './bench';
import { PROJECT } from './installed';
import { startWebhookServer, type WebhookServer } from './webhook-server';

const EXAMPLES = readdirSync(join(PROJECT, 'examples'), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
);

/** Whether the package has the flavour for cdktn. */
const HAS_CDKTN = './cdktn' in JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')).exports;

describe.each(EXAMPLES)('examples/%s', (name) => {
  const text = (file: string) => readFileSync(join(PROJECT, 'examples', name, file), 'utf8');

  it('depends on what it imports, in the versions that the library takes', () => {
    const manifest = JSON.parse(text('package.json')) as Record<string, Record<string, string>>;
    const own = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as Record<string, any>;
    const sources = readdirSync(join(PROJECT, 'examples', name)).filter((file) => file.endsWith('.ts'));
    const imported = sources.flatMap((file) =>
      [...text(file).matchAll(/from '((?:@[^/']+\/)?[^/'.]+)/g)].map(([, module]) => module!),
    );
    expect(Object.keys(manifest.dependencies!)).toEqual(expect.arrayContaining(imported));
    const { 'cdktf-acs-push': library, ...others } = manifest.dependencies!;
    expect(library).toBe(`^${own.version}`);
    // Those that this project is tested with, which are within what its peers allow.
    const companions = { ...others, ...manifest.devDependencies };
    const { 'cdktn-cli': ofCdktn, ...tested } = companions;
    expect(tested).toEqual(
      Object.fromEntries(Object.keys(tested).map((module) => [module, own.devDependencies[module]])),
    );
    // Its command wants another Node than this project is worked on with.
    if (ofCdktn !== undefined) expect(ofCdktn).toBe(own.devDependencies.cdktn);
  });

  it('says how it is deployed, what it costs and how it goes', () => {
    const readme = text('README.md');
    for (const heading of ['## Replace', '## Deploy', '## What it costs', '## Destroy']) {
      expect(readme).toContain(`\n${heading}\n`);
    }
    expect(readFileSync(join(PROJECT, 'examples/README.md'), 'utf8')).toContain(`](${name}/README.md)`);
  });
});

test("examples/minimal is the README's", () => {
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  const [, block] = /^## In a stack of your own\n\n```ts\n([\s\S]*?)```$/m.exec(readme)!;
  expect(readFileSync(join(PROJECT, 'examples/minimal/app-stack.ts'), 'utf8')).toBe(block);
});

describe('an example is deployed into local Azure with the package, and deployed again without changes:', () => {
  let bench: PackageBench;
  let webhook: WebhookServer;

  beforeAll(async () => {
    bench = await PackageBench.open();
    webhook = await startWebhookServer(dirname(bench.cloud.azure.endpoints.certificateFile));
    const { installed } = bench;
    const stack = (name: string, environment: Record<string, string> = {}): PackagedStack => ({
      stack: name,
      project: installed.add(`examples/${name}`, name),
      environment,
    });
    // What adopted-parts adopts.
    const existing = {
      stack: 'existing-parts',
      project: installed.add('test/package/consumer', 'consumer'),
    };
    const service = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-existing-parts/providers/Microsoft.Communication/communicationServices/acs-existing`;
    const lists = [
      [stack('everything-on', { TF_VAR_vapid_private_key: vapidKeys().privateKey })],
      [existing, stack('adopted-parts', { TF_VAR_communication_service_id: service })],
      [stack('private-network')],
      [stack('voip')],
      [stack('webhook', { WEBHOOK_URL: webhook.url })],
      ...(HAS_CDKTN ? [[stack('cdktn')]] : []),
    ];
    expect(installed.compile(lists.map((list) => list.at(-1)!.stack))).toBe('');
    bench.deployAll(lists);
  }, TIMEOUT_MS);

  afterAll(async () => {
    await bench?.close();
    await webhook?.close();
  }, TIMEOUT_MS);

  const named = (group: string, type: string) => bench.inGroup(group, type).map(({ name }) => name);

  describe('everything-on', () => {
    const GROUP = 'rg-everything-on';

    it(
      'has every part',
      async () => {
        await bench.whenDeployed('everything-on');
        expect(named(GROUP, 'Microsoft.NotificationHubs/namespaces/notificationHubs').sort()).toEqual([
          'ntf-everything-calling',
          'ntf-everything-relay',
          'ntf-everything-voip',
        ]);
        expect(named(GROUP, 'Microsoft.Web/sites').sort()).toEqual([
          'func-everything-devices-3v3ryt',
          'func-everything-relay-3v3ryt',
        ]);
        expect(named(GROUP, 'Microsoft.Insights/actionGroups')).toHaveLength(1);
        expect(named(GROUP, 'Microsoft.Insights/workbooks')).toHaveLength(1);
        expect(named(GROUP, 'Microsoft.Insights/scheduledQueryRules')).toContain('alert-everything-silence');
        expect(named(GROUP, 'Microsoft.Insights/metricAlerts')).toContain('alert-everything-link');
        expect(await bench.linkedHub(GROUP)).toContain('/notificationHubs/ntf-everything-calling');
      },
      TIMEOUT_MS,
    );

    it(
      'has the words of its own in the package that is published, and in what the command shows',
      async () => {
        const deployment = await bench.whenDeployed('everything-on');
        const { resources } = await deployment.showState();
        const published = resources.flatMap(({ values }) => {
          const triggers = values.triggers_replace as { package?: string } | undefined;
          return triggers?.package ?? [];
        });
        const carried = createHash('sha256').update(
          readFileSync(bench.installed.file('dist/relay/relay.zip')),
        );
        expect(published.length).toBeGreaterThan(0);
        for (const hash of published) expect(hash).toMatch(/^[0-9a-f]{64}$/);
        expect(published).not.toContain(carried.digest('hex'));

        const words = [
          '--user',
          pretendUser('Alice').rawId,
          '--event',
          'IncomingCall',
          '--dry-run',
          '--show',
        ];
        const shown = await promisify(execFile)(
          bench.installed.command,
          ['test-send', 'everything-on', ...words],
          {
            cwd: join(bench.installed.folder, 'everything-on'),
            env: { ...machineEnvironment(), ...bench.cloud.environment },
          },
        );
        expect(shown.stdout).toContain('servicebusnotification-format');
        expect(shown.stdout).toContain('Eingehender Anruf');
      },
      TIMEOUT_MS,
    );
  });

  it(
    'webhook, with no app, and three subscriptions to the server',
    async () => {
      await bench.whenDeployed('webhook');
      expect(named('rg-webhook', 'Microsoft.Web/sites')).toEqual([]);
      expect(named('rg-webhook', 'Microsoft.EventGrid/systemTopics/eventSubscriptions')).toHaveLength(3);
    },
    TIMEOUT_MS,
  );

  it(
    'voip, with a third hub',
    async () => {
      await bench.whenDeployed('voip');
      expect(named('rg-voip', 'Microsoft.NotificationHubs/namespaces/notificationHubs').sort()).toEqual([
        'ntf-voip-calling',
        'ntf-voip-relay',
        'ntf-voip-voip',
      ]);
    },
    TIMEOUT_MS,
  );

  describe('adopted-parts', () => {
    it(
      'makes nothing anew or changes what exists, by ids that are known or known only when deployed',
      async () => {
        await bench.whenDeployed('adopted-parts');
        expect(await bench.linkedHub('rg-existing-parts')).toContain(
          '/namespaces/ntfns-existing/notificationHubs/ntf-existing',
        );
        const topics = 'Microsoft.EventGrid/systemTopics';
        expect(named('rg-existing-parts', `${topics}/eventSubscriptions`)).toHaveLength(3);
        for (const type of [
          'Microsoft.Communication/communicationServices',
          'Microsoft.NotificationHubs/namespaces',
          topics,
        ]) {
          expect(named('rg-adopted-parts', type)).toEqual([]);
        }
        // What made them sees nothing that it would take back.
        const existing = await bench.whenDeployed('existing-parts');
        expect((await existing.plan()).text).toContain('No changes.');
      },
      TIMEOUT_MS,
    );

    it(
      'runs the relay on storage, plan, identity, workspace and Application Insights of its own',
      async () => {
        await bench.whenDeployed('adopted-parts');
        const own = (type: string) => named('rg-adopted-parts', type);
        expect(own('Microsoft.Storage/storageAccounts')).toEqual(['stownparts']);
        expect(own('Microsoft.Web/serverFarms')).toEqual(['asp-own']);
        expect(own('Microsoft.Insights/components')).toEqual(['appi-own']);
        expect(own('Microsoft.OperationalInsights/workspaces')).toEqual(['log-own']);
        const app = bench.only('rg-adopted-parts', 'Microsoft.Web/sites');
        expect(await bench.cloud.reader.get(`${app.id}/functions/messages`, '2023-12-01')).toBeDefined();
      },
      TIMEOUT_MS,
    );
  });

  describe('private-network', () => {
    const GROUP = 'rg-private';
    const ENDPOINTS = 'Microsoft.Network/privateEndpoints';

    it(
      'has an endpoint for each app and each closed account, with its address in a zone',
      async () => {
        await bench.whenDeployed('private-network');
        const leads = bench.inGroup(GROUP, ENDPOINTS).map(({ name, properties }) => {
          const [connection] = properties.privateLinkServiceConnections as {
            properties: { groupIds: string[]; privateLinkServiceConnectionState: { status: string } };
          }[];
          const { groupIds, privateLinkServiceConnectionState: state } = connection!.properties;
          return `${name}: ${groupIds.join()} ${state.status}`;
        });
        expect(leads.sort()).toEqual([
          'pep-private-devices-blob: blob Approved',
          'pep-private-devices-sites: sites Approved',
          'pep-private-relay-blob: blob Approved',
          'pep-private-relay-sites: sites Approved',
          'pep-private-relay-table: table Approved',
        ]);
        expect(bench.inGroup(GROUP, `${ENDPOINTS}/privateDnsZoneGroups`)).toHaveLength(5);
      },
      TIMEOUT_MS,
    );

    it(
      'closes the accounts of the apps, and leaves open the one that Event Grid writes into',
      async () => {
        await bench.whenDeployed('private-network');
        const access = bench
          .inGroup(GROUP, 'Microsoft.Storage/storageAccounts')
          .map(({ name, properties }) => {
            const [, purpose = 'relay'] = /(devices|events)\w{6}$/.exec(name) ?? [];
            return `${purpose}: ${String(properties.publicNetworkAccess)}`;
          });
        expect(access.sort()).toEqual(['devices: Disabled', 'events: Enabled', 'relay: Disabled']);
      },
      TIMEOUT_MS,
    );

    it(
      'sends through the subnet',
      async () => {
        await bench.whenDeployed('private-network');
        const sites = bench.inGroup(GROUP, 'Microsoft.Web/sites');
        expect(sites).toHaveLength(2);
        for (const { properties } of sites) {
          expect(properties.virtualNetworkSubnetId).toMatch(
            /\/virtualNetworks\/vnet-app\/subnets\/snet-apps$/,
          );
        }
      },
      TIMEOUT_MS,
    );

    it(
      'takes events of Event Grid',
      async () => {
        const { communication_service_id: source } = await (
          await bench.whenDeployed('private-network')
        ).outputs();
        const { eventGrid } = bench.cloud.azure.services;
        eventGrid.publish(String(source), {
          eventType: 'Microsoft.Communication.SMSReceived',
          subject: 'sms',
          data: { messageId: '1', from: '+15550100', to: '+15550101', message: 'hello' },
        });
        while (eventGrid.pending() > 0) await new Promise((resolve) => setTimeout(resolve, 50));
        expect(eventGrid.deliveries().map(({ status }) => status)).toEqual([202]);
      },
      TIMEOUT_MS,
    );

    it(
      'goes with its endpoints',
      async () => {
        const deployment = await bench.whenDeployed('private-network');
        await deployment.terraform(['destroy', '-auto-approve', '-input=false', '-no-color']);
        const below = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/${GROUP}`;
        expect(bench.cloud.azure.context.store.list({ below })).toEqual([]);
      },
      TIMEOUT_MS,
    );
  });

  if (HAS_CDKTN) {
    it(
      'cdktn, with the same parts as the flavour for cdktf',
      async () => {
        await bench.whenDeployed('cdktn');
        expect(await bench.linkedHub('rg-cdktn')).toContain('/notificationHubs/ntf-cdktn-calling');
        expect(named('rg-cdktn', 'Microsoft.Web/sites')).toEqual(['func-cdktn-relay-cdk7n0']);
      },
      TIMEOUT_MS,
    );
  }
});
