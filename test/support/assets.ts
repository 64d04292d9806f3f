import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { staleAssets } = require('../../scripts/assets.cjs') as { staleAssets(project: string): string[] };

const PROJECT = join(__dirname, '../..');

/** What a stack takes in: the relay's zip, its publisher and the command, as their sources make them. */
export function ensureAssets(): void {
  if (staleAssets(PROJECT).length === 0) return;
  execFileSync(process.execPath, [join(PROJECT, 'scripts/build-assets.mjs')], { cwd: PROJECT });
}

let packed: string | undefined;

/** The program `acs-push` as it is packed, of the sources as they are: it starts in a fifth of the time that they take. */
export function packedCommand(): string {
  if (packed === undefined) ensureAssets();
  return (packed ??= join(PROJECT, 'dist/cli/acs-push.cjs'));
}

/** The relay's package as a deployment uploads it, with its own templates or those of a folder. */
export function relayPackage(templates?: string): Uint8Array {
  ensureAssets();
  const zip = readFileSync(join(PROJECT, 'dist/relay/relay.zip'));
  if (templates === undefined) return zip;
  const { withTemplates } = require(join(PROJECT, 'dist/relay/with-templates.cjs')) as {
    withTemplates(zip: Uint8Array, folder: string): Uint8Array;
  };
  return withTemplates(zip, templates);
}
