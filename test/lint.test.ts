import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { plantedFiles } from './support/planted-files';

const PROJECT = join(__dirname, '..');

/** What eslint says of a folder by this project's configuration. Without a cache, which knows no other files' types. */
function lint(folder: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(PROJECT, 'node_modules/eslint/bin/eslint.js'), '--config', join(PROJECT, 'eslint.config.mjs'), '.'],
    { cwd: folder, encoding: 'utf8' },
  );
  return { status, said: stdout + stderr };
}

test('eslint finds nothing in the sources', () => {
  expect(lint(PROJECT)).toEqual({ status: 0, said: '' });
});

test('eslint finds what is planted', () => {
  using planted = plantedFiles({
    'tsconfig.json': '{ "compilerOptions": { "strict": true, "target": "es2022" }, "include": ["**/*.ts"] }',
    'cli/forgotten.ts': 'async function ask() {}\nexport function run() {\n  ask();\n}\n',
    'cli/unused.ts': 'export function run() {\n  const left = 1;\n}\n',
    'cli/of-any-type.ts': "export const name: string = JSON.parse('{}');\n",
    'cli/lost-cause.ts':
      "export function run(work: () => void) {\n  try {\n    work();\n  } catch {\n    throw 'lost';\n  }\n}\n",
    'link/talkative.ts': "console.warn('of a library');\n",
    'test/left-out.test.ts': "declare const test: { skip(name: string): void };\ntest.skip('left out');\n",
    'scripts/misspelt.mjs': 'proces.exit(1);\n',
    'examples/no-types.ts': "import { Nothing } from 'not-there';\nnew Nothing().run();\nvar old = 1;\n",
  });
  const { status, said } = lint(planted.folder);
  const found = said
    .split(/\n\n/)
    .filter((block) => /^\//.test(block.trim()))
    .flatMap((block) => {
      const [file, ...findings] = block.trim().split('\n');
      return findings.map(
        (finding) => `${file!.slice(planted.folder.length + 1)} ${finding.split(/\s+/).at(-1)}`,
      );
    });
  expect(status).toBe(1);
  expect(found).toEqual([
    'cli/forgotten.ts @typescript-eslint/no-floating-promises',
    'cli/lost-cause.ts no-throw-literal',
    'cli/of-any-type.ts @typescript-eslint/no-unsafe-assignment',
    'cli/unused.ts @typescript-eslint/no-unused-vars',
    'examples/no-types.ts no-var',
    'examples/no-types.ts @typescript-eslint/no-unused-vars',
    'link/talkative.ts no-console',
    'scripts/misspelt.mjs no-undef',
    'test/left-out.test.ts no-restricted-syntax',
  ]);
});
