import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installInto } from '../../test/package/installed';
import type { Contender } from './cost';
import { makeTemplate } from './template';

const PROJECT = join(__dirname, '../..');

/** The command of cdktf.json until each app was kept as one file. */
const BEFORE = 'node scripts/build-assets.mjs && node --import tsx main.ts';
const NOW = 'node scripts/synth.cjs';

export type Name =
  | 'empty'
  | 'before'
  | 'now'
  | 'unbundledOne'
  | 'one'
  | 'ten'
  | 'assets'
  | 'importCdktf'
  | 'importPackage'
  | 'hundred'
  | 'cliNow'
  | 'cliTemplate'
  | 'cliPlain';

/** Of what takes long, fewer rounds are enough. */
export type Contenders = Readonly<Partial<Record<Name, Contender & { readonly long?: boolean }>>>;

/** Those that need nothing made for them first. Each writes to a folder of its own, in which it wrote before. */
export function quickContenders(folder: string): Contenders {
  const many = environmentsIn(folder);
  return {
    empty: app(folder, 'empty', 'node bench/synth/empty.cjs'),
    before: app(folder, 'before', BEFORE),
    now: app(folder, 'now', NOW),
    unbundledOne: app(folder, 'unbundled-one', 'node --import tsx bench/synth/environments.ts', {
      ENVIRONMENTS: '1',
    }),
    one: many(1),
    ten: many(10),
    assets: app(folder, 'assets', 'node scripts/build-assets.mjs'),
  };
}

/** The others: the package as it is installed, a hundred environments, and cdktf's own command, on templates too. */
export function otherContenders(folder: string): Contenders {
  const [installed, template, plain] = ['installed', 'template', 'plain'].map((name) => join(folder, name));
  installInto(installed!, ['cdktf', 'constructs', '@cdktf/provider-azurerm']);
  makeTemplate(template!, 'root', 'npx ts-node main.ts');
  makeTemplate(plain!, 'parts', 'node --import tsx main.ts');
  const imported = (name: string) => ({ command: `node -e "require('${name}')"`, folder: installed! });
  const cli = (place: string, output: string) => ({
    command: `npx cdktf synth --output ${join(folder, 'out', output)}`,
    folder: place,
    long: true,
  });
  return {
    importCdktf: imported('cdktf'),
    importPackage: imported('cdktf-acs-push'),
    hundred: { ...environmentsIn(folder)(100), long: true },
    cliNow: cli(PROJECT, 'cli-now'),
    cliTemplate: cli(template!, 'cli-template'),
    cliPlain: cli(plain!, 'cli-plain'),
  };
}

function app(
  folder: string,
  name: string,
  command: string,
  environment: Record<string, string> = {},
): Contender {
  const CDKTF_OUTDIR = join(folder, 'out', name);
  mkdirSync(CDKTF_OUTDIR, { recursive: true });
  return { command, folder: PROJECT, environment: { ...environment, CDKTF_OUTDIR } };
}

const environmentsIn = (folder: string) => (n: number) =>
  app(folder, `environments-${n}`, `${NOW} bench/synth/environments.ts`, { ENVIRONMENTS: `${n}` });
