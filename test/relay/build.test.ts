import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { logLevels } from '../../local/functions/log-levels';
import { RELAY_FUNCTIONS } from '../../relay/contract';
import { TEMPLATE_PARAMETERS } from '../../relay/notification';
import { relayPackage } from '../support/assets';

const PROJECT = join(__dirname, '../..');
/** What the build reads of the project. */
const PARTS = ['relay', 'link', 'package.json', 'tsconfig.json'];

let folder: string;
let built: Buffer;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-build-'));
  built = buildPackage();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Builds the relay with its own command. */
function buildPackage({
  templates,
  project = PROJECT,
  env = process.env,
}: { templates?: string; project?: string; env?: NodeJS.ProcessEnv } = {}): Buffer {
  const zip = join(folder, `${randomUUID()}.zip`);
  const module = join(project, 'relay/build.mjs');
  const script = `import { buildRelay } from ${JSON.stringify(module)};
    await buildRelay(${JSON.stringify(zip)}, ${JSON.stringify({ templates })});`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  return readFileSync(zip);
}

describe('two builds give the same bytes', () => {
  test('wherever they are made', () => {
    const elsewhere = join(mkdtempSync(join(folder, 'a copy of the ')), 'project, deeper');
    mkdirSync(elsewhere);
    for (const part of PARTS) cpSync(join(PROJECT, part), join(elsewhere, part), { recursive: true });
    symlinkSync(realpathSync(join(PROJECT, 'node_modules')), join(elsewhere, 'node_modules'));
    expect(buildPackage({ project: elsewhere }).equals(built)).toBe(true);
    const { 'index.js': code } = unzipSync(built);
    expect(Buffer.from(code!).includes(PROJECT)).toBe(false);
  });

  test('in another time zone', () => {
    expect(buildPackage({ env: { ...process.env, TZ: 'Pacific/Auckland' } }).equals(built)).toBe(true);
  });
});

test('the package holds the bundle, at most 1.5 MB, and what Functions needs', () => {
  const files = unzipSync(built);
  expect(Object.keys(files)).toEqual(['host.json', 'index.js', 'package.json', 'templates.json']);
  expect(files['index.js']!.length).toBeLessThanOrEqual(1_500_000);
  const hostJson = JSON.parse(Buffer.from(files['host.json']!).toString('utf8'));
  expect(hostJson).toMatchObject({
    version: '2.0',
    extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle' },
  });
  // Lines of functions are traces; were some dropped, figures would not add up.
  const { excludedTypes } = hostJson.logging.applicationInsights.samplingSettings;
  expect(excludedTypes.split(';')).toEqual(['Request', 'Trace']);
});

test('the host is quiet about runs that end well, and no line of the relay is left out', () => {
  const files = unzipSync(built);
  const hostJson = JSON.parse(Buffer.from(files['host.json']!).toString('utf8'));
  const levels = logLevels(hostJson.logging);
  for (const name of Object.values(RELAY_FUNCTIONS)) {
    expect([levels.writes(`Function.${name}.User`, 'information'), name]).toEqual([true, name]);
    expect(levels.writes(`Function.${name}`, 'information')).toBe(false);
    expect(levels.writes(`Function.${name}`, 'error')).toBe(true);
  }
  // The figures, which belong to no function; the requests, which alerts on failures ask for; the host's own counts.
  expect(levels.writes('Host.Function.Console', 'information')).toBe(true);
  expect(levels.writes('Host.Results', 'information')).toBe(true);
  expect(levels.writes('Host.Aggregator', 'information')).toBe(false);
  // Alerts see the figures also where somebody has raised the level of all that is not named.
  const raised = logLevels({ logLevel: { ...hostJson.logging.logLevel, default: 'Error' } });
  expect(raised.writes('Host.Function.Console', 'information')).toBe(true);
  expect(raised.writes('Host.Results', 'information')).toBe(true);
});

test('the build says nothing when it works', () => {
  const output = execFileSync(process.execPath, [join(__dirname, '../../relay/build.mjs')]);
  expect(output.toString('utf8')).toBe('');
});

describe('templates are checked when they are built', () => {
  const changed = (change: (templates: string) => void) => {
    const templates = mkdtempSync(join(folder, 'templates-'));
    cpSync(join(__dirname, '../../relay/templates'), templates, { recursive: true });
    change(templates);
    return templates;
  };
  const put = (path: string, content: unknown) => (templates: string) =>
    writeFileSync(join(templates, path), typeof content === 'string' ? content : JSON.stringify(content));
  const sms = { title: '{from}', titleFallback: 'x', body: 'New text' };

  test.each([
    ['not JSON', put('sms-received/en.json', '{'), /sms-received\/en\.json: not JSON/],
    [
      'a template missing, as in a folder of an earlier version',
      (templates: string) => rmSync(join(templates, 'ring-ended'), { recursive: true }),
      /ring-ended\/en\.json: missing; the default language needs every template, and this one may have \{caller\}/,
    ],
    ['no title', put('sms-received/en.json', { body: 'x' }), /'title' is missing/],
    ['unknown field', put('sms-received/en.json', { ...sms, colour: 'red' }), /unknown field 'colour'/],
    [
      'unknown parameter',
      put('sms-received/en.json', { ...sms, body: '{frm}', bodyFallback: 'x' }),
      /'body' has '\{frm\}', expected \{from\}, \{text\}/,
    ],
    [
      'half a brace',
      put('sms-received/en.json', { ...sms, body: '{from' }),
      /a brace without its other half/,
    ],
    [
      'a text that can be empty',
      put('sms-received/en.json', { ...sms, body: '{text}' }),
      /'bodyFallback' is missing/,
    ],
    [
      'a fallback that can be empty',
      put('sms-received/en.json', { ...sms, titleFallback: '{from}' }),
      /must do without parameters/,
    ],
    [
      'arguments without a key',
      put('sms-received/en.json', { ...sms, bodyLocArgs: ['{from}'] }),
      /'bodyLocArgs' is given without 'bodyLocKey'/,
    ],
    [
      'a badge that is no number',
      put('sms-received/en.json', { ...sms, badge: 'one' }),
      /'badge' must be a whole number/,
    ],
    [
      'an image without https',
      put('sms-received/en.json', { ...sms, image: 'http://x/y' }),
      /'image' must be/,
    ],
    [
      'an image of any host',
      put('sms-received/en.json', { ...sms, image: 'https://{from}/y' }),
      /'image' must/,
    ],
    [
      'an image of what is no parameter',
      put('sms-received/en.json', { ...sms, image: 'https://contoso.com/{who}' }),
      /'image' has '\{who\}'/,
    ],
    [
      'an interruption level that is none',
      put('sms-received/en.json', { ...sms, interruptionLevel: 'urgent' }),
      /'interruptionLevel' must be one of passive, active, time-sensitive, critical/,
    ],
    [
      'a relevance beyond one',
      put('sms-received/en.json', { ...sms, relevanceScore: 2 }),
      /'relevanceScore' must be a number from 0 to 1/,
    ],
    [
      'a visibility that is none',
      put('sms-received/en.json', { ...sms, androidVisibility: 'PRIVATE' }),
      /'androidVisibility' must be one of private, public, secret/,
    ],
    ['a language that is none', put('sms-received/German.json', sms), /expected \{language\}\.json/],
    [
      'too many languages',
      (templates: string) =>
        ['de', 'fr', 'it', 'es', 'pt'].forEach((l) => put(`sms-received/${l}.json`, sms)(templates)),
      /6 languages .*at most 5/,
    ],
    [
      'a missing default',
      (templates: string) => rmSync(join(templates, 'missed-call/en.json')),
      /missed-call\/en\.json: missing/,
    ],
    [
      'no such template',
      (templates: string) =>
        cpSync(join(templates, 'sms-received'), join(templates, 'sms'), { recursive: true }),
      /sms: no such template/,
    ],
  ])('%s', (_, change, expected) => {
    const templates = changed(change);
    // The same check, where a deployment puts templates into what was built before.
    expect(() => relayPackage(templates)).toThrow(expected);
  });

  test('everything that is wrong is told at once', () => {
    const templates = changed((inside) => {
      put('sms-received/en.json', '{')(inside);
      put('missed-call/en.json', {})(inside);
    });
    expect(() => buildPackage({ templates })).toThrow(/missed-call\/en\.json[\s\S]*sms-received\/en\.json/);
  });
});

test('every template that the relay asks for is there', () => {
  const files = unzipSync(built);
  const { templates } = JSON.parse(Buffer.from(files['templates.json']!).toString('utf8'));
  expect(Object.keys(templates).sort()).toEqual(Object.keys(TEMPLATE_PARAMETERS).sort());
});
