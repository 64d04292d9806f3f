import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
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
  | 'hundred'
  | 'assets'
  | 'cliNow'
  | 'cliTemplate'
  | 'cliPlain';

/** Each writes to a folder of its own, in which it wrote before. */
export function contendersIn(
  folder: string,
  withTemplates: boolean,
): Readonly<Record<Name, Contender & { readonly cli?: boolean }>> {
  const template = join(folder, 'template');
  const plain = join(folder, 'plain');
  if (withTemplates) {
    makeTemplate(template, 'root', 'npx ts-node main.ts');
    makeTemplate(plain, 'parts', 'node --import tsx main.ts');
  }
  const app = (name: string, command: string, environment: Record<string, string> = {}) => {
    const CDKTF_OUTDIR = join(folder, 'out', name);
    mkdirSync(CDKTF_OUTDIR, { recursive: true });
    return { command, folder: PROJECT, environment: { ...environment, CDKTF_OUTDIR } };
  };
  const many = (n: number) =>
    app(`environments-${n}`, `${NOW} bench/synth/environments.ts`, { ENVIRONMENTS: `${n}` });
  const cli = (place: string, output: string) => ({
    command: `npx cdktf synth --output ${join(folder, 'out', output)}`,
    folder: place,
    cli: true,
  });
  return {
    empty: app('empty', 'node bench/synth/empty.cjs'),
    before: app('before', BEFORE),
    now: app('now', NOW),
    unbundledOne: app('unbundled-one', 'node --import tsx bench/synth/environments.ts', {
      ENVIRONMENTS: '1',
    }),
    one: many(1),
    ten: many(10),
    hundred: { ...many(100), cli: true },
    assets: app('assets', 'node scripts/build-assets.mjs'),
    cliNow: cli(PROJECT, 'cli-now'),
    cliTemplate: cli(template, 'cli-template'),
    cliPlain: cli(plain, 'cli-plain'),
  };
}
