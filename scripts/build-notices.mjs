// Writes dist/THIRD-PARTY-NOTICES.txt, of all that was bundled into dist.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLED } from './bundling.mjs';
import { writeNotices } from './notices.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const lists = readdirSync(join(project, BUNDLED)).sort();
writeNotices(
  project,
  join(project, 'dist/THIRD-PARTY-NOTICES.txt'),
  lists.map((file) => JSON.parse(readFileSync(join(project, BUNDLED, file), 'utf8'))),
);
