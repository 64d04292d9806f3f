// Writes API.md from the sources. With --check it writes nothing, and fails where API.md is not what the sources say or
// where they say nothing about an export, a property or a default.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingWords } from './api/missing-words.mjs';
import { readModules, ROOT } from './api/project.mjs';
import { renderApi } from './api/render.mjs';

const PATH = join(ROOT, 'API.md');

const modules = await readModules();
const page = renderApi(modules);
if (process.argv.includes('--check')) {
  const written = existsSync(PATH) ? readFileSync(PATH, 'utf8') : '';
  const problems = [
    ...missingWords(modules),
    ...(page === written ? [] : ['API.md is not what the sources say: run npm run api']),
  ];
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  writeFileSync(PATH, page);
}
