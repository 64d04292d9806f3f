import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { ensureAssets } from '../../support/assets';

const ROOT = join(__dirname, '../../..');

let folder: string;

beforeAll(ensureAssets);
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bundled-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const APP = `
const { AzurermProvider } = require('@cdktf/provider-azurerm/lib/provider');
const { App, TerraformStack } = require('cdktf');
const { AzapiProvider, CommunicationService, NotificationHub, PushNotifications } = require('cdktf-acs-push');

const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app';
const app = new App({ outdir: process.argv[2] });
const stack = new TerraformStack(app, 'stack');
new AzurermProvider(stack, 'azurerm', { features: [{}], storageUseAzuread: true });
new AzapiProvider(stack, 'azapi');
new PushNotifications(stack, 'Push', {
  resourceGroup: { id: group, name: 'rg-app', location: 'westeurope' },
  name: 'contoso',
  uniqueSuffix: 'x7k2p9',
  communicationService: CommunicationService.fromCommunicationServiceId(
    stack, 'Acs', group + '/providers/Microsoft.Communication/communicationServices/acs-app',
  ),
  callingHub: NotificationHub.fromNotificationHubId(
    stack, 'Hub', group + '/providers/Microsoft.NotificationHubs/namespaces/ntfns-app/notificationHubs/ntf-app',
  ),
  events: false,
});
app.synth();
`;

/** Bundles an app that uses the library, and runs it. @param external packages that are installed beside it */
function run(external: string[]): { code: number | null; err: string; written: boolean } {
  writeFileSync(join(folder, 'app.js'), APP);
  mkdirSync(join(folder, 'bundle'));
  writeFileSync(join(folder, 'cdktf.json'), '{}');
  buildSync({
    entryPoints: [join(folder, 'app.js')],
    outfile: join(folder, 'bundle/app.js'),
    bundle: true,
    platform: 'node',
    alias: external.includes('cdktf-acs-push') ? {} : { 'cdktf-acs-push': join(ROOT, 'constructs/index.ts') },
    nodePaths: [join(ROOT, 'node_modules')],
    external,
    logLevel: 'error',
  });
  const out = join(folder, 'out');
  const { status, stderr } = spawnSync(process.execPath, ['bundle/app.js', out], {
    cwd: folder,
    encoding: 'utf8',
    // For what hangs alone.
    timeout: 120_000,
    env: { ...process.env, NODE_PATH: join(ROOT, 'node_modules') },
  });
  return { code: status, err: stderr, written: existsSync(join(out, 'stacks/stack/cdk.tf.json')) };
}

/** The package as it is installed: its own code, from the sources as they are, beside its built files. */
function install(): void {
  const dist = join(folder, 'node_modules/cdktf-acs-push/dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(
    join(dist, '../package.json'),
    JSON.stringify({ name: 'cdktf-acs-push', main: 'dist/constructs/index.js' }),
  );
  for (const built of ['cli', 'relay', 'publishing'])
    symlinkSync(join(ROOT, 'dist', built), join(dist, built));
  buildSync({
    entryPoints: [join(ROOT, 'constructs/index.ts')],
    outfile: join(dist, 'constructs/index.js'),
    bundle: true,
    platform: 'node',
    external: BESIDE,
    logLevel: 'error',
  });
}

const BESIDE = ['cdktf', 'constructs', '@cdktf/provider-azurerm'];

describe('an app that is bundled', () => {
  test('with the library in it says to mark it as external', () => {
    const { code, err, written } = run(BESIDE);
    expect(err).toContain(
      'cdktf-acs-push takes dist/cli/acs-push.cjs from its own folder, and was bundled into an app: mark cdktf-acs-push ' +
        'as external (esbuild --external:cdktf-acs-push, webpack externals, nx external) and install it beside the app',
    );
    expect(code).toBe(1);
    expect(written).toBe(false);
  });

  test('with the library beside it is synthesized', () => {
    install();
    expect(run([...BESIDE, 'cdktf-acs-push'])).toMatchObject({ code: 0, written: true });
  });
});
