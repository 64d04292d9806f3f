import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PROJECT = join(__dirname, '..');

/** Whatever is compiled but the tests, and what users would write. */
const ROOMS = [
  ...(
    JSON.parse(readFileSync(join(PROJECT, 'tsconfig.json'), 'utf8')) as { include: string[] }
  ).include.filter((room) => room !== 'test'),
  'examples',
];

/** What the rules of this project say of a tree of sources. */
function check(folder: string, rooms: readonly string[]): string {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(PROJECT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      join(PROJECT, 'dependency-cruiser.config.cjs'),
      ...rooms.filter((room) => existsSync(join(folder, room))),
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  return stdout + stderr;
}

test('rooms import one way, and no two files need each other', () => {
  expect(check(PROJECT, ROOMS)).toContain('no dependency violations found');
});

describe('the check finds', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'imports-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  }

  test('a circle of types alone', () => {
    write({
      'constructs/hub.ts':
        "import type { Policy } from './policy';\nexport interface Hub { policy: Policy }\n",
      'constructs/policy.ts': "import type { Hub } from './hub';\nexport interface Policy { hub: Hub }\n",
    });
    expect(check(folder, ['constructs'])).toContain('error no-circle');
  });

  test('two services of local Azure that need each other, by files that do not', () => {
    write({
      'local/azure/services/web/a.ts': "import { b } from '../storage/b';\nexport const a = b;\n",
      'local/azure/services/web/c.ts': 'export const c = 1;\n',
      'local/azure/services/storage/b.ts': 'export const b = 1;\n',
      'local/azure/services/storage/d.ts': "import { c } from '../web/c';\nexport const d = c;\n",
    });
    expect(check(folder, ['local'])).toContain('error local-services-one-way: local/azure/services/');
  });

  test('what a room may not know', () => {
    const forbidden = [
      ['relay-alone', 'relay/a.ts', 'constructs/b'],
      ['link-alone', 'link/a.ts', 'relay/b'],
      ['cli-without-constructs', 'cli/a.ts', 'constructs/b'],
      ['constructs-of-link-and-contract', 'constructs/a.ts', 'relay/b'],
      ['core-below-services', 'constructs/core/a.ts', 'constructs/relay/b'],
      ['local-alone', 'local/azure/a.ts', 'link/b'],
      ['local-core-below-services', 'local/azure/core/a.ts', 'local/azure/services/monitor/b'],
      ['local-services-below', 'local/azure/services/web/a.ts', 'local/control/b'],
      ['local-control-of-core', 'local/control/a.ts', 'local/azure/services/web/b'],
      ['local-push-services-alone', 'local/push-services/a.ts', 'local/azure/services/web/b'],
      ['local-functions-alone', 'local/functions/a.ts', 'local/azure/core/b'],
      ['local-terraform-alone', 'local/terraform/a.ts', 'local/azure/core/b'],
      ['local-page-of-services', 'local/page/a.ts', 'local/control/b'],
      ['local-page-in-a-browser', 'local/page/browser/a.tsx', 'local/page/b'],
      ['local-page-in-a-browser', 'local/page/c.ts', 'local/page/browser/b'],
      ['demo-above-all', 'scripts/z.ts', 'demo/b'],
      ['judges-above-all', 'demo/y.ts', 'judges/b'],
      ['judges-above-all', 'scripts/y.ts', 'judges/b'],
      ['pages-of-assumptions', 'scripts/pages/y.ts', 'judges/b'],
      ['environments-of-constructs', 'environments/a.ts', 'local/b'],
      ['testing-for-tests', 'local/a.ts', 'testing/b'],
      ['testing-of-local-contract', 'testing/a.ts', 'local/c'],
      ['sources-without-tests', 'main.ts', 'test/b'],
      ['sources-without-tests', 'scripts/x.ts', 'test/b'],
      ['sources-without-tests', 'judges/x.ts', 'bench/b'],
      ['sources-without-makers', 'cli/x.ts', 'scripts/b'],
      ['testing-for-tests', 'link/c.ts', 'testing/b'],
      ['testing-without-commands', 'testing/d.ts', 'cli/b'],
      ['examples-as-users-write', 'examples/a.ts', 'testing/b'],
    ] as const;
    for (const [, from, to] of forbidden) {
      const up = '../'.repeat(from.split('/').length - 1) || './';
      write({
        [from]: `import { b } from '${up}${to}';\nexport const a = b;\n`,
        [`${to}.ts`]: 'export const b = 1;\n',
      });
    }
    const found = check(folder, [...ROOMS, 'test']);
    for (const [rule, from, to] of forbidden) {
      expect(found).toContain(`error ${rule}: ${from} → ${to}.ts`);
    }
  });
});
