import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment, machineEnvironment } from '../../testing/local/deployment';
import { startLocalCloud, type LocalCloud } from '../../testing/local/local-cloud';
import { credentialVariables, makePushCredentials } from '../../testing/local/push-credentials';
import { npm, packed } from './packed';

const PROJECT = join(__dirname, '..', '..');
const TIMEOUT_MS = 900_000;
const STACK = 'moving';

/** Packages of an app in each flavour, beside the library. */
const FLAVOURS = {
  cdktf: ['cdktf', '@cdktf/provider-azurerm'],
  cdktn: ['cdktn', '@cdktn/provider-azurerm'],
} as const;
type Flavour = keyof typeof FLAVOURS;

let folder: string;
let cloud: LocalCloud;
let deployment: Deployment;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'moving-'));
  for (const flavour of Object.keys(FLAVOURS) as Flavour[]) install(flavour);
  cloud = await startLocalCloud({ providers: 'stand-in' });
  environment = { ...cloud.environment, ...credentialVariables(await makePushCredentials()) };
  deployment = new Deployment({ stack: STACK, folder: join(folder, 'deployment'), environment });
}, TIMEOUT_MS);

afterAll(async () => {
  await cloud?.close();
  rmSync(folder, { recursive: true, force: true });
});

const app = (flavour: Flavour) => join(folder, `app-of-${flavour}`);

/** An app with the package as it is published; what it asks for beside it is linked from this checkout. */
function install(flavour: Flavour): void {
  const names = [...FLAVOURS[flavour], 'constructs', 'typescript', '@types/node'];
  const linked = names.map((name) => [name, `file:${join(PROJECT, 'node_modules', name)}`]);
  cpSync(join(__dirname, 'moving'), app(flavour), { recursive: true });
  write(flavour, 'package.json', {
    name: 'moving',
    private: true,
    dependencies: Object.fromEntries(linked),
    overrides: flavour === 'cdktn' ? { '@cdktn/provider-azurerm': { cdktn: '$cdktn' } } : {},
  });
  write(flavour, 'cdktf.json', { language: 'typescript', app: 'node main.js' });
  write(flavour, 'tsconfig.json', {
    compilerOptions: {
      target: 'es2022',
      module: 'node16',
      strict: true,
      skipLibCheck: true,
      types: ['node'],
    },
    files: ['main.ts'],
  });
  npm(app(flavour), 'install', '--offline', '--no-package-lock', '--ignore-scripts', packed().tarball);
}

function write(flavour: Flavour, name: string, content: object): void {
  writeFileSync(join(app(flavour), name), JSON.stringify(content));
}

/** Changes the names of modules as the page about it says. */
function renameModules(): void {
  const page = readFileSync(join(PROJECT, 'docs/moving-to-cdktn.md'), 'utf8');
  const [, table] = /\| from \| to \|\n(?:.*\n)((?: *\|.*\n)+)/.exec(page)!;
  const names = [...table!.matchAll(/\| `(\S+)` \| `(\S+)` \|/g)].map(
    ([, from, to]) => [from!, to!] as const,
  );
  expect(names.length).toBeGreaterThan(2);
  const path = join(app('cdktn'), 'main.ts');
  const renamed = readFileSync(path, 'utf8').replace(/'([^'\s]+)'/g, (text, name: string) => {
    const known = names.find(
      ([from]) => name === from || (name.startsWith(`${from}/`) && from !== 'cdktf-acs-push'),
    );
    return known ? `'${known[1]}${name.slice(known[0].length)}'` : text;
  });
  writeFileSync(path, renamed);
}

/** Strict; that the declarations of all packages hold is told by strict-consumers.test.ts. */
function compile(flavour: Flavour): void {
  const tsc = join(PROJECT, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', app(flavour)], { encoding: 'utf8' });
  expect(stdout).toBe('');
}

/** Runs in an app's folder. */
function run(flavour: Flavour, program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const options = { cwd: app(flavour), env: { ...machineEnvironment(), ...env } };
    execFile(program, args, options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

/** Writes the stack as the app of that flavour has it, where the last one was. */
async function synthesize(flavour: Flavour): Promise<void> {
  mkdirSync(deployment.output, { recursive: true });
  const written = await run(flavour, process.execPath, ['main.js'], {
    CDKTF_OUTDIR: deployment.output,
    ACS_PUSH_STATE_DIR: stateFolder(),
  });
  expect(written).toEqual({ code: 0, out: '', err: '' });
  await deployment.terraform(['init', '-upgrade', '-input=false', '-no-color']);
}

const stateFolder = () => join(deployment.folder, 'state');

it(
  'a stack that CDKTF applied has no changes in CDK Terrain, and none when it goes back',
  async () => {
    compile('cdktf');
    await synthesize('cdktf');
    await deployment.apply(await deployment.plan());
    const { resources } = await deployment.showState();
    expect(resources.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'azurerm_eventgrid_system_topic_event_subscription',
        'azurerm_monitor_metric_alert',
      ]),
    );

    renameModules();
    compile('cdktn');
    await synthesize('cdktn');
    expect(writtenBy()).toMatch(/^0\.24\./);
    expect((await deployment.plan()).text).toContain('No changes.');
    // Applied, so that the state is CDK Terrain's.
    await deployment.terraform(['apply', '-refresh-only', '-auto-approve', '-input=false', '-no-color']);

    await synthesize('cdktf');
    expect(writtenBy()).toMatch(/^0\.21\./);
    expect((await deployment.plan()).text).toContain('No changes.');
  },
  TIMEOUT_MS,
);

/** Version of what wrote the stack last. */
function writtenBy(): string {
  const text = readFileSync(join(deployment.stackFolder, 'cdk.tf.json'), 'utf8');
  return (JSON.parse(text) as { '//': { metadata: { version: string } } })['//'].metadata.version;
}

it(
  'acs-push finds the stack by the app of the new flavour',
  async () => {
    const verified = await run(
      'cdktn',
      join(app('cdktn'), 'node_modules/.bin/acs-push'),
      ['verify', STACK, '--wait'],
      {
        ...environment,
        ACS_PUSH_STATE_DIR: stateFolder(),
      },
    );
    expect(verified).toMatchObject({
      code: 0,
      err: expect.not.stringContaining('acs-push: '),
      out: expect.stringContaining('relay hub: settled: '),
    });
  },
  TIMEOUT_MS,
);

it('both flavours can be imported by name in ESM', async () => {
  for (const [flavour, entry] of [
    ['cdktf', 'cdktf-acs-push'],
    ['cdktn', 'cdktf-acs-push/cdktn'],
  ] as const) {
    const program = `import { PushNotifications } from '${entry}'; console.log(PushNotifications.name);`;
    expect(await run(flavour, process.execPath, ['--input-type=module', '-e', program])).toEqual({
      code: 0,
      out: 'PushNotifications\n',
      err: '',
    });
  }
});

it.each([
  ['cdktn', 'cdktf-acs-push', 'cdktf, @cdktf/provider-azurerm', "'cdktf-acs-push/cdktn'"],
  ['cdktf', 'cdktf-acs-push/cdktn', 'cdktn, @cdktn/provider-azurerm', "'cdktf-acs-push'"],
] as const)('in an app of %s, %s says what it lacks', async (flavour, entry, missing, other) => {
  const { code, err } = await run(flavour, process.execPath, ['-e', `require('${entry}')`]);
  expect(code).toBe(1);
  expect(err).toContain(
    `Error: ${entry} needs constructs, ${missing} beside it, and cannot find ${missing}: run`,
  );
  expect(err).toContain(`, or import from ${other} in an app`);
});
