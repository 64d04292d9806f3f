import { existsSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ASSUMPTIONS } from '../../judges/live/assumptions';
import { NEVER_RUN } from '../../judges/live/record';
import { startLocalAzure } from '../../local/azure';
import { plantedFiles } from '../support/planted-files';
import { ROOT } from './markdown';
import { testNamesOf } from './test-names';
import { anchorOf } from '../../scripts/pages/anchors';

const { isNamed, readWitnesses } = require('../../scripts/witnesses.cjs') as {
  isNamed(witness: string, fullName: string): boolean;
  readWitnesses(): { row: string; file: string; name: string }[];
};

const PAGE = readFileSync(join(ROOT, 'docs/local-azure.md'), 'utf8');
const partOf = (heading: string) =>
  PAGE.split(/^(?:<a id="[\w-]+"><\/a>\n\n)?## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
const PLAYED = partOf('What is played');
const ASSUMED = partOf('What nobody could confirm');
/** Its first part is the table of operations, which have no ids. */
const CONTROL = partOf('The control API');
const [OPERATIONS = ''] = CONTROL.split(/^### /m);
const ORDERED = CONTROL.slice(OPERATIONS.length);

/** Rows of tables, by their ids; a row without one gives its first cell. */
function rowsOf(text: string): string[] {
  return [
    ...text.matchAll(
      /^\| (?!---|service \||behaviour here \||`fault` \|)(?:<a id="([\w-]+)"><\/a>)?([^|]*)\|/gm,
    ),
  ].map(([, id, cell]) => id ?? `the row '${cell!.trim()}' without an id`);
}

/** Operations that a table names: `GET /a`, `PUT /a`; or `POST /b` `{…}`, `DELETE` of the same. */
function operationsOf(table: string): string[] {
  return [...table.matchAll(/^\| (`[^|]*)\|/gm)].flatMap(([, cell]) => {
    let path = '';
    return [...cell!.matchAll(/`(GET|POST|PUT|PATCH|DELETE)(?: (\/[\w./-]+))?/g)].map(([, method, own]) => {
      path = own ?? path;
      return `${method} ${path}`;
    });
  });
}

const sections = [...`${PLAYED}${ORDERED}`.matchAll(/^### (.*)$/gm)].map(([, heading]) => anchorOf(heading!));
const rows = [
  ...rowsOf(PLAYED),
  ...sections,
  anchorOf('The control API'),
  ...rowsOf(ORDERED),
  ...rowsOf(ASSUMED),
];
const witnesses = readWitnesses();

test('each row of what is played and what is assumed has a witness, and each witness a row', () => {
  expect(rowsOf(PLAYED).length).toBeGreaterThan(15);
  expect(rowsOf(ASSUMED).length).toBeGreaterThan(60);
  expect(rowsOf(ORDERED).length).toBeGreaterThan(9);
  const witnessed = new Set(witnesses.map(({ row }) => row));
  expect({
    rowsWithoutWitness: rows.filter((row) => !witnessed.has(row)),
    witnessesWithoutRow: [...witnessed].filter((row) => !rows.includes(row)),
    rowsOfOneId: rows.filter((row, index) => rows.indexOf(row) !== index),
  }).toEqual({ rowsWithoutWitness: [], witnessesWithoutRow: [], rowsOfOneId: [] });
});

test('the table of the control API has each operation of its description once, and no other', async () => {
  const azure = await startLocalAzure();
  try {
    const answer = await fetch(`${azure.endpoints.control}/openapi.json`);
    const { paths } = (await answer.json()) as { paths: Record<string, object> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operationsOf(OPERATIONS).sort()).toEqual(described.sort());
  } finally {
    await azure.close();
  }
});

test('each witness is a test that jest runs', () => {
  const collected = new Set(collectedFiles());
  const names = new Map<string, string[]>();
  const missing = witnesses.flatMap(({ row, file, name }) => {
    if (!collected.has(file)) return [`${row}: jest runs no file ${file}`];
    const found = names.get(file) ?? testNamesOf(join(ROOT, file));
    names.set(file, found);
    if (found.some((one) => one === name || isNamed(name, one))) return [];
    return [`${row}: ${file} has no test '${name}'`];
  });
  expect(missing).toEqual([]);
});

test('each assumption is a row of the page that names the call to settle it', () => {
  const every = Object.values(ASSUMPTIONS).flat();
  expect(rowsOf(ASSUMED)).toEqual(every.map(({ id }) => id));
  for (const { id, call } of every) {
    expect([id, call.length > 40]).toEqual([id, true]);
  }
});

test('what the live kit found is on a page, or the page says that nobody ran it', () => {
  const page = readFileSync(join(ROOT, 'docs/parity.md'), 'utf8');
  if (page !== NEVER_RUN) expect(page).toMatch(/^Run on \d{4}-\d\d-\d\d in `\w+`/m);
});

describe('the check', () => {
  test('knows tests by what they are in, templates of each, and no skipped ones', () => {
    const skipped = ['test', 'skip'].join('.');
    using planted = plantedFiles({
      'a.test.ts': `describe('a hub', () => { test('sends', () => {}); test.each([1])('answers %i', () => {}); ${skipped}('sleeps', () => {}); });\n`,
    });
    expect(testNamesOf(join(planted.folder, 'a.test.ts'))).toEqual(['a hub sends', 'a hub answers %i']);
  });

  test('takes a template for each of its rows, and for no other test', () => {
    expect(isNamed('a hub answers %i to %s', 'a hub answers 401 to a key (made up)')).toBe(true);
    expect(isNamed('a hub answers %i', 'a hub sends')).toBe(false);
    expect(isNamed('a hub sends', 'a hub sends twice')).toBe(false);
  });
});

/** Files that jest collects, in this project. */
function collectedFiles(): string[] {
  const { stdout } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/jest/bin/jest.js'), '--listTests', '--json', '--config', 'jest.config.js'],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, JEST_WORKER_ID: undefined } },
  );
  const paths = JSON.parse(stdout.slice(stdout.indexOf('['))) as string[];
  return paths.filter((path) => existsSync(path)).map((path) => path.slice(ROOT.length + 1));
}
