import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { readLink, sameResourceId } from '../../link/read-link';
import { Deployment } from '../../local/runner/deployment';
import { startLocalCloud, type LocalCloud } from '../../local/runner/local-cloud';
import { credentialVariables, makePushCredentials } from '../../local/runner/push-credentials';

const PROJECT = join(__dirname, '..', '..');
/** Packages that a stack of one's own is written with; their copies in this checkout stand for the registry's. */
const COMPANIONS = ['cdktf', 'constructs', '@cdktf/provider-azurerm', 'typescript', '@types/node'];
const TIMEOUT_MS = 900_000;

let folder: string;
let cloud: LocalCloud;
let packed: { filename: string; files: { path: string }[] };
const consumer = () => join(folder, 'consumer');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  packed = pack(join(folder, 'checkout'));
  install(join(folder, packed.filename));
  cloud = await startLocalCloud({ providers: 'stand-in' });
}, TIMEOUT_MS);

afterAll(async () => {
  await cloud?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `npm pack` in a copy of the sources, so that nothing built earlier gets into it. */
function pack(checkout: string): typeof packed {
  const skipped = new Set(['node_modules', 'dist', '.git', 'cdktf.out']);
  cpSync(PROJECT, checkout, {
    recursive: true,
    filter: (source) => !skipped.has(relative(PROJECT, source)),
  });
  symlinkSync(join(PROJECT, 'node_modules'), join(checkout, 'node_modules'));
  const [result] = JSON.parse(
    npm(checkout, 'pack', '--json', '--pack-destination', folder),
  ) as (typeof packed)[];
  return result!;
}

/** Installs the tarball as anybody does, without a network: what it depends on is linked from this checkout. */
function install(tarball: string): void {
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
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

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

it('the package carries the library, the relay and what publishes it, and nothing of the workshop', () => {
  const paths = packed.files.map(({ path }) => path);
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
  expect(paths.filter((path) => /^(local|test|bench|dist\/(local|test|bench))\//.test(path))).toEqual([]);
});

it(
  'a stack written with it type-checks, synthesizes, deploys into local Azure, and changes nothing again',
  async () => {
    cpSync(join(__dirname, 'consumer'), consumer(), { recursive: true });
    cpSync(join(PROJECT, 'test/relay/templates'), join(consumer(), 'templates'), { recursive: true });
    const tsc = join(consumer(), 'node_modules', 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [tsc, '-p', consumer()], { encoding: 'utf8' });

    const deployment = new Deployment({
      stack: 'consumer',
      project: consumer(),
      folder: join(folder, 'deployment'),
      environment: { ...cloud.environment, ...credentialVariables(await makePushCredentials()) },
    });
    await deployment.deploy();
    const { store } = cloud.azure.context;
    const only = (type: string) => {
      const found = store.list({ type });
      expect(found).toHaveLength(1);
      return found[0]!;
    };
    const { resources } = await deployment.showState();
    const hub = resources.find(({ name }) => name.includes('CallingHub'))!;
    const linked = await readLink(cloud.reader, only('Microsoft.Communication/communicationServices').id);
    expect(sameResourceId(linked!.notificationHubId!, hub.values.id as string)).toBe(true);
    const app = only('Microsoft.Web/sites');
    expect(await cloud.reader.get(`${app.id}/functions/messages`, '2023-12-01')).toBeDefined();
    // With templates of its own, it is not the relay as it is carried.
    const carried = readFileSync(join(consumer(), 'node_modules/cdktf-acs-push/dist/relay/relay.zip'));
    const published = resources.flatMap(({ values }) => {
      const triggers = values.triggers_replace as { package?: string } | undefined;
      return triggers?.package ?? [];
    });
    expect(published).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(published).not.toContain(createHash('sha256').update(carried).digest('hex'));
    expect((await deployment.plan()).changes).toBe(false);
  },
  TIMEOUT_MS,
);
