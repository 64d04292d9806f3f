import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import {
  BodyTooLarge,
  isLoopback,
  loopbackRefusal,
  readBody,
  refusal,
  targetOf,
} from '../../../../azure/core/front/guard';

const asked = (url: string, headers: Record<string, string> = {}) => ({ url, headers }) as IncomingMessage;

describe("a request's target", () => {
  test.each([
    ['/a/b?c=d?e', 'Management.Azure.com:443', ['management.azure.com', '/a/b', 'c=d?e']],
    ['//[', 'management.azure.com', ['management.azure.com', '//[', '']],
    ['https://Other.example:8443/a?b', 'management.azure.com', ['other.example', '/a', 'b']],
    ['https://other.example?b', 'management.azure.com', ['other.example', '/', 'b']],
    ['/a', '[::1]:8080', ['[::1]', '/a', '']],
    ['/a', '', ['', '/a', '']],
  ])('of %s at %s', (url, host, [name, path, query]) => {
    expect(targetOf(asked(url, { host }))).toEqual({ host: name, path, query });
  });

  test.each(['*', 'a/b', 'ftp://a/b', ''])('is none in %p', (url) => {
    expect(targetOf(asked(url, { host: 'management.azure.com' }))).toBeUndefined();
  });
});

describe('refusal', () => {
  const hosts = (host: string) => host === 'management.azure.com';

  test.each([
    ['a host that is answered for', '/', 'MANAGEMENT.azure.com:443', undefined],
    ['a name made to lead here', '/', 'rebound.example', 421],
    ['no host', '/', '', 421],
    ['a target with another host than the header', 'https://rebound.example/', 'management.azure.com', 421],
    ['a target without form', '*', 'management.azure.com', 400],
  ])('of %s', (_, url, host, status) => {
    expect(refusal(asked(url, { host }), hosts)?.status).toBe(status);
  });
});

describe('refusal on loopback', () => {
  const json = { 'content-type': 'application/json', 'content-length': '2' };

  test.each([
    ['a client without an origin', { host: '127.0.0.1:4000' }, undefined],
    ['a page of this machine', { host: 'localhost:4000', origin: 'http://localhost:3000' }, undefined],
    ['a page at IPv6 loopback', { host: '[::1]:4000', origin: 'https://[::1]' }, undefined],
    ['a body of JSON', { host: 'localhost', ...json }, undefined],
    ['a name made to lead here', { host: 'rebound.example:4000' }, 421],
    ['a name that begins like loopback', { host: '127.0.0.1.example' }, 421],
    ['a page of elsewhere', { host: 'localhost', origin: 'https://page.example' }, 403],
    [
      'a page whose user name is loopback',
      { host: 'localhost', origin: 'http://localhost@page.example' },
      403,
    ],
    ['a sandboxed page', { host: 'localhost', origin: 'null' }, 403],
    ['an image in a page of elsewhere', { host: 'localhost', 'sec-fetch-site': 'cross-site' }, 403],
    ['a body of text', { host: 'localhost', ...json, 'content-type': 'text/plain' }, 415],
    ['a body of no type', { host: 'localhost', 'transfer-encoding': 'chunked' }, 415],
    [
      'a type that begins like JSON',
      { host: 'localhost', ...json, 'content-type': 'application/jsonp' },
      415,
    ],
  ])('of %s', (_, headers, status) => {
    expect(loopbackRefusal(asked('/inbox', headers as Record<string, string>))?.status).toBe(status);
  });

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '[::1]'])('%s is loopback', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  test.each(['', '0.0.0.0', '127.0.0.1.example', 'localhost.example', '1127.0.0.1'])('%p is not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('readBody', () => {
  let server: Server;
  let port: number;
  const read: { bytes?: number; error?: unknown }[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      readBody(request, 1000).then(
        (body) => {
          read.push({ bytes: body.length });
          response.end('read');
        },
        (error: unknown) => {
          read.push({ error });
          response.writeHead(413, { connection: 'close' });
          response.end('too large');
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => (read.length = 0));

  const post = (body: Buffer, headers: Record<string, string | number>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const outgoing = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  test.each([
    ['of the limit', 1000, 200],
    ['over it', 1001, 413],
    ['far over it', 5_000_000, 413],
  ])('answers to a body %s, declared or in chunks', async (_, bytes, status) => {
    const body = Buffer.alloc(bytes, 'a');
    expect(await post(body, { 'content-length': bytes })).toBe(status);
    expect(await post(body, { 'transfer-encoding': 'chunked' })).toBe(status);
    const expected = status === 200 ? { bytes } : { error: new BodyTooLarge(1000) };
    expect(read).toEqual([expected, expected]);
  });

  test('does not wait for a body that is declared to be without measure', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 999999999999\r\n\r\n');
    const answered = await new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    );
    expect(answered).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });

  test('fails when the client goes away', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 500\r\n\r\nabc');
    await new Promise<void>((resolve) => server.once('request', () => resolve()));
    socket.destroy();
    while (read.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(read[0]!.error).toMatchObject({ code: 'ECONNRESET' });
  });
});
