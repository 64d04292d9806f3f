import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import type * as Bundled from './bundled-parts';
import { Servers } from './connections/server';

jest.setTimeout(60_000);

const PROJECT = join(__dirname, '../..');
const LOCATION = '/subscriptions/s/resourceGroups/g';

let folder: string;
let servers: Servers;
let file: string;
let bundled: typeof Bundled;

/** Bundles as the relay is bundled; gives what is in it and where it is. */
function bundle(entry: string): { metafile: Metafile; file: string } {
  const [file, meta] = ['cjs', 'json'].map((end) => join(folder, `${entry.replace(/\W/g, '-')}.${end}`));
  const script = `import { build } from 'esbuild';
    import { writeFileSync } from 'node:fs';
    import { RELAY_BUNDLE } from ${JSON.stringify(join(PROJECT, 'relay/build.mjs'))};
    const { metafile } = await build({ ...RELAY_BUNDLE, target: 'node20', entryPoints: [${JSON.stringify(entry)}],
      outfile: ${JSON.stringify(file)}, metafile: true });
    writeFileSync(${JSON.stringify(meta)}, JSON.stringify(metafile));`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: PROJECT });
  return { metafile: JSON.parse(readFileSync(meta!, 'utf8')) as Metafile, file: file! };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relay-left-out-'));
  servers = await Servers.start();
  ({ file } = bundle('test/relay/bundled-parts.ts'));
});
beforeEach(() => {
  // MSAL goes on with the connections that it was given first.
  jest.resetModules();
  bundled = jest.requireActual<typeof Bundled>(file);
});
afterAll(() => {
  servers.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => servers.reset());

test('each part that is left out is imported where it was when it was looked at, and nowhere else', () => {
  const { metafile } = bundle('relay/index.ts');
  const importers = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ path }) => path.startsWith('left-out:'))
      .map(({ path }) => `${path.slice('left-out:'.length)} by ${file.replace('node_modules/', '')}`),
  );
  expect(importers.sort()).toEqual([
    '../web/fetch/body.js by undici/lib/dispatcher/client-h1.js',
    '../web/fetch/body.js by undici/lib/dispatcher/client-h2.js',
    './crc64.js by @azure/storage-common/dist/esm/StorageCRC64Calculator.js',
    'dom-serializer by domutils/lib/esm/stringify.js',
    'jsonwebtoken by @azure/msal-node/dist/client/ClientAssertion.mjs',
    'open by @azure/identity/dist/esm/msal/nodeFlows/msalClient.js',
  ]);
});

test('to come to one is told, by its name', async () => {
  const uploaded = bundled.uploadWithChecksum(bundled.connected({}, servers.ca).account);
  await expect(uploaded).rejects.toThrow("./crc64.js is left out of the relay's bundle");
  expect(() => bundled.asHtml()).toThrow("dom-serializer is left out of the relay's bundle");
});

describe('what the relay does when things go wrong comes to none of them', () => {
  const connected = (credentials?: string) =>
    bundled.connected({ HTTPS_PROXY: servers.proxyUrl(credentials) }, servers.ca);
  const failing = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => new Error('it did not fail'),
      (reason: Error) => reason,
    );
    for (let one: unknown = error; one instanceof Error; one = one.cause) {
      expect(one.message).not.toMatch(/left out|is not a (function|constructor)/);
    }
    return error.message;
  };

  test.each([
    [400, '{"error":"invalid_request","error_description":"no such identity"}'],
    [404, 'not here'],
    [410, ''],
    [429, '{"error":"too_many_requests"}'],
    [500, '<html></html>'],
    [200, '{"access_token":"x"'],
    [200, '{}'],
  ])('the identity endpoint answers %d %s', async (status, body) => {
    servers.answer = (_, response) => response.writeHead(status).end(body);
    expect(await failing(bundled.token(servers.plainUrl, {}))).toMatch(/^no token for https:\/\/storage/);
    expect(servers.seen).toHaveLength(1);
  });

  test('the identity endpoint closes the connection', async () => {
    servers.answer = ({ request }) => request.socket.destroy();
    expect(await failing(bundled.token(servers.plainUrl, {}))).toMatch(/^no token for https:\/\/storage/);
    expect(servers.seen).toHaveLength(1);
  });

  test('the identity endpoint answers, behind a proxy', async () => {
    servers.answer = (_, response) =>
      response.end(
        JSON.stringify({
          access_token: 'x',
          expires_on: `${Math.floor(Date.now() / 1000) + 3600}`,
          token_type: 'Bearer',
        }),
      );
    expect(await bundled.token(servers.plainUrl, { HTTPS_PROXY: servers.proxyUrl() })).toBe('x');
  });

  test('a proxy wants credentials, others, and is not there', async () => {
    const url = `https://management.azure.com${LOCATION}`;
    expect((await connected('me:secret').transport.send({ method: 'GET', url, headers: {} })).status).toBe(
      200,
    );
    servers.proxyStatus = 407;
    const refused = connected().transport.send({ method: 'GET', url, headers: {} });
    expect(await failing(refused)).toMatch(/^no answer from management\.azure\.com \(.*407/);
    const away = bundled.connected({ HTTPS_PROXY: 'http://127.0.0.1:1' }, servers.ca).transport;
    expect(await failing(away.send({ method: 'GET', url, headers: {} }))).toMatch(
      /^no answer from management/,
    );
  });

  test.each([
    [503, ''],
    [500, '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>x</Message></Error>'],
    [403, '<html>not XML<br></html>'],
    [400, '{"error":{"code":"x"}}'],
  ])('blobs answer %d %s', async (status, body) => {
    servers.answer = (_, response) =>
      response.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': 'x' }).end(body);
    expect(await failing(bundled.keep(connected().account))).toMatch(/^blob storage account answered/);
    expect(await failing(bundled.listed(connected().account))).toMatch(/^blob storage account answered/);
  });

  test('a dead letter is read whose answer breaks off', async () => {
    const text = '0123456789'.repeat(10);
    servers.answer = ({ request }, response) => {
      const from = Number(
        /^bytes=(\d+)-/.exec(String(request.headers['x-ms-range'] ?? request.headers.range))?.[1] ?? 0,
      );
      response.writeHead(from > 0 ? 206 : 200, {
        'content-length': text.length - from,
        etag: '"1"',
        ...(from > 0 && { 'content-range': `bytes ${from}-${text.length - 1}/${text.length}` }),
      });
      if (from > 0) response.end(text.slice(from));
      else response.write(text.slice(0, 30), () => setTimeout(() => request.socket.destroy(), 50));
    };
    expect(await bundled.downloaded(connected().account)).toBe(text);
    expect(servers.seen).toHaveLength(2);
  });

  test.each([
    [503, '{"odata.error":{"code":"ServerBusy","message":{"value":"x"}}}'],
    [403, '<?xml version="1.0"?><error></error>'],
    [400, 'nothing that could be read'],
  ])('tables answer %d %s', async (status, body) => {
    servers.answer = (_, response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    for (const work of bundled.tableWork(connected().account)) {
      expect(await failing(work())).toMatch(new RegExp(`^table storage account answered ${status} to `));
    }
  });
});
