import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import {
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  defaultRetryPolicy,
  RestError,
  type PipelineRequestOptions,
} from '@azure/core-rest-pipeline';
import { Transport } from '../../../relay/http';
import { Servers } from './server';

let servers: Servers;
let transport: Transport;
const send = (options: Partial<PipelineRequestOptions> = {}) =>
  transport.sdkClient.sendRequest(requestOf(options));
const requestOf = ({ headers, ...options }: Partial<PipelineRequestOptions>) =>
  createPipelineRequest({
    url: `${servers.url}/path`,
    method: 'PUT',
    ...options,
    headers: headers ?? createHttpHeaders(),
  });
/** A connection that has brought an answer is free again a turn later. */
const freed = async () => {
  for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate);
};

beforeAll(async () => {
  servers = await Servers.start();
});
afterAll(() => servers.close());
beforeEach(() => {
  transport = new Transport({}, servers.ca);
});
afterEach(() => {
  transport.close();
  servers.reset();
});

describe('a body', () => {
  const bytes = Buffer.from('Grüße');
  test.each([
    ['text', 'Grüße'],
    ['bytes', new Uint8Array(bytes)],
    ['an array of bytes', bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)],
    ['a view', new DataView(bytes.buffer, bytes.byteOffset, bytes.length)],
    ['a stream', Readable.from([bytes])],
    ['what makes a stream', () => Readable.from([bytes])],
  ])('is %s', async (_, body) => {
    expect((await send({ body: body as PipelineRequestOptions['body'] })).bodyAsText).toBe('Grüße');
  });

  test('that is none of these is refused, and nothing is sent', async () => {
    await expect(send({ body: new Blob(['x']) })).rejects.toThrow(
      'a request body must be text, bytes or a stream of Node',
    );
    expect(servers.seen).toEqual([]);
  });

  test('of a stream with its length is sent with that', async () => {
    const headers = createHttpHeaders({ 'Content-Length': bytes.length });
    await send({ body: Readable.from([bytes]), headers });
    expect(servers.seen[0]!.request.headers['content-length']).toBe(String(bytes.length));
  });

  test('of a stream does not go a second time, whatever became of its connection', async () => {
    await send({ body: 'first' });
    await freed();
    servers.answer = ({ request }) => request.socket.destroy();
    await expect(send({ body: Readable.from([bytes]) })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(servers.seen).toHaveLength(2);
  });
});

describe('an answer', () => {
  test('has status, headers and text', async () => {
    servers.answer = (_, response) => response.writeHead(404, { ETag: '"1"' }).end('not here');
    const answer = await send();
    expect(answer).toMatchObject({ status: 404, bodyAsText: 'not here' });
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('ETag')).toBe('"1"');
  });

  test('is a stream where that is asked for, at the pace of who reads it', async () => {
    const megabyte = Buffer.alloc(1_000_000, 'x');
    servers.answer = (_, response) => response.end(Buffer.concat(Array.from({ length: 8 }, () => megabyte)));
    const { readableStreamBody } = await send({ streamResponseStatusCodes: new Set([200]) });
    let length = 0;
    for await (const chunk of readableStreamBody!) {
      length += chunk.length;
      await new Promise(setImmediate);
    }
    expect(length).toBe(8_000_000);
  });

  test('is text where a stream was asked for of another status', async () => {
    servers.answer = (_, response) => response.writeHead(503).end('busy');
    expect(await send({ streamResponseStatusCodes: new Set([200]) })).toMatchObject({ bodyAsText: 'busy' });
  });

  test('that is not read to its end costs its connection, and nobody else', async () => {
    servers.answer = (_, response) => void response.writeHead(200).write('half');
    const { readableStreamBody } = await send({ streamResponseStatusCodes: new Set([200]) });
    (readableStreamBody as Readable).destroy();
    servers.answer = (_, response) => response.end('whole');
    expect((await send()).bodyAsText).toBe('whole');
  });

  test('that breaks off fails its stream', async () => {
    servers.answer = ({ request }, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => request.socket.destroy());
    };
    const { readableStreamBody } = await send({ streamResponseStatusCodes: new Set([200]) });
    await expect(readAll(readableStreamBody!)).rejects.toThrow();
  });

  test.each([true, false])('that was compressed is read, as a stream: %s', async (streamed) => {
    servers.answer = (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('much text'));
    const headers = createHttpHeaders({ 'Accept-Encoding': 'gzip,deflate' });
    const answer = await send({ headers, ...(streamed && { streamResponseStatusCodes: new Set([200]) }) });
    expect(answer.bodyAsText ?? (await readAll(answer.readableStreamBody!))).toBe('much text');
  });
});

describe('what retries go by', () => {
  const retried = (options: Partial<PipelineRequestOptions> = {}, maxRetries = 2) => {
    const pipeline = createEmptyPipeline();
    pipeline.addPolicy(defaultRetryPolicy({ maxRetries, retryDelayInMs: 1, maxRetryDelayInMs: 1 }));
    return pipeline.sendRequest(transport.sdkClient, requestOf(options));
  };

  test('is a limit of time that was not kept', async () => {
    servers.answer = (_, response) => (servers.seen.length >= 3 ? response.end('third') : undefined);
    // On a busy machine, some end before they have come to the server.
    expect(await retried({ timeout: 200 }, 100)).toMatchObject({ bodyAsText: 'third' });
  });

  test('is a connection that was lost', async () => {
    servers.answer = ({ request }, response) =>
      servers.seen.length === 3 ? response.end('third') : request.socket.destroy();
    expect(await retried()).toMatchObject({ bodyAsText: 'third' });
  });

  test.each([
    ['ETIMEDOUT', () => send({ timeout: 100 })],
    ['ECONNREFUSED', () => send({ url: 'https://localhost:1/' })],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', () => new Transport({}).sdkClient.sendRequest(requestOf({}))],
  ])('are the codes of an error: %s', async (code, request) => {
    servers.answer = () => undefined;
    const error: RestError = await request().catch((failure) => failure);
    expect(error).toBeInstanceOf(RestError);
    expect(error).toMatchObject({ code, request: { method: 'PUT' } });
  });
});

describe('a request that is aborted', () => {
  test('before it is sent is not sent', async () => {
    await expect(send({ abortSignal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(servers.seen).toEqual([]);
  });

  test('under way is ended, and its connection with it', async () => {
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      servers.answer = ({ request }) => {
        request.socket.on('close', () => resolve());
        controller.abort();
      };
    });
    await expect(send({ abortSignal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await closed;
  });

  test('while its answer is read fails the stream', async () => {
    servers.answer = (_, response) => void response.writeHead(200).write('half');
    const controller = new AbortController();
    const { readableStreamBody } = await send({
      abortSignal: controller.signal,
      streamResponseStatusCodes: new Set([200]),
    });
    const read = readAll(readableStreamBody!);
    controller.abort();
    await expect(read).rejects.toMatchObject({ name: 'AbortError' });
  });
});

test('what is not encrypted is sent where that is allowed alone', async () => {
  const url = `${servers.plainUrl}/token`;
  await expect(send({ url })).rejects.toThrow(`cannot connect to ${url}: allowInsecureConnection is not set`);
  expect(await send({ url, allowInsecureConnection: true, body: 'x' })).toMatchObject({ bodyAsText: 'x' });
});

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
