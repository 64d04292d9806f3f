import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const { staleAssets } = require('../../scripts/assets.cjs') as { staleAssets(project: string): string[] };

const PROJECT = join(__dirname, '../..');

/** What a stack takes in: the relay's zip, its publisher and the command, as their sources make them. */
export function ensureAssets(): void {
  if (staleAssets(PROJECT).length === 0) return;
  execFileSync(process.execPath, [join(PROJECT, 'scripts/build-assets.mjs')], { cwd: PROJECT });
}
