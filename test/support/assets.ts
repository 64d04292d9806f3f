import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const { staleAssets } = require('../../scripts/assets.cjs') as { staleAssets(project: string): string[] };

const PROJECT = join(__dirname, '../..');

/** What a stack takes in: the relay's zip, its publisher and the command. Made when no build has made them yet. */
export function ensureAssets(): void {
  const files = [
    'dist/relay/relay.zip',
    'dist/relay/with-templates.cjs',
    'dist/publishing/publish-function-app.cjs',
    'dist/cli/acs-push.cjs',
  ];
  if (!files.every((file) => existsSync(join(PROJECT, file)))) buildAssets();
}

/** Makes them anew when what they are made from has changed. */
export function buildAssets(): void {
  execFileSync(process.execPath, [join(PROJECT, 'scripts/build-assets.mjs')], { cwd: PROJECT });
}

/** The relay's package as a deployment uploads it, with its own templates or those of a folder. */
export function relayPackage(templates?: string): Uint8Array {
  if (staleAssets(PROJECT).length > 0) buildAssets();
  const zip = readFileSync(join(PROJECT, 'dist/relay/relay.zip'));
  if (templates === undefined) return zip;
  const { withTemplates } = require(join(PROJECT, 'dist/relay/with-templates.cjs')) as {
    withTemplates(zip: Uint8Array, folder: string): Uint8Array;
  };
  return withTemplates(zip, templates);
}

/** The local host's program in one file, as its package has it: the sources take a second longer for each start. */
export function functionHostIn(folder: string): string[] {
  const outfile = join(folder, 'host.cjs');
  const source = join(PROJECT, 'local/functions/host.ts');
  buildSync({ entryPoints: [source], outfile, bundle: true, platform: 'node' });
  return [outfile];
}
