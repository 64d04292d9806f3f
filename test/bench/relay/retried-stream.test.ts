import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Webhook } from '../../../bench/relay/stand-in/event-grid';
import { Hub } from '../../../bench/relay/stand-in/hub';
import { RetriedStream } from '../../../bench/relay/stand-in/retried-stream';

/** Ids of the events that came, in their order. */
let came: string[];
/** What the app answers; nothing is a connection that breaks. */
let answer: (id: string) => number | undefined;
let server: Server;
let app: Webhook;

beforeEach(async () => {
  came = [];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const [{ id }] = JSON.parse(body) as [{ id: string }];
      came.push(id);
      const status = answer(id);
      if (status === undefined) request.socket.destroy();
      else response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  app = { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, functionName: 'messages' };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const until = async (met: () => boolean) => {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('what is refused or breaks off comes again until it is taken', async () => {
  answer = (id) => {
    if (came.filter((one) => one === id).length > 1) return 202;
    return { 0: 500, 1: undefined, 2: 202 }[parseInt(id.slice(-4), 16) % 3];
  };
  const stream = new RetriedStream({ first: 0, concurrency: 3 }, 0, [1]);
  stream.app(app);
  await until(() => stream.figures.taken >= 30);
  const { taken, redelivered, underWay } = await stream.end();
  const different = new Set(came).size;
  expect({ taken, underWay }).toEqual({ taken: different, underWay: 0 });
  expect(redelivered).toBe(came.length - different);
  expect(redelivered).toBeGreaterThan(10);
});

test('while there is no app, nothing is delivered', async () => {
  answer = () => 202;
  const stream = new RetriedStream({ first: 0, concurrency: 2 }, 0, [1]);
  expect(stream.figures).toMatchObject({ taken: 0, underWay: 2 });
  expect(came).toEqual([]);
  stream.app(app);
  await until(() => stream.figures.taken >= 10);
  stream.app(undefined);
  await until(() => stream.figures.taken === came.length);
  const before = came.length;
  expect(stream.figures).toMatchObject({ taken: before, underWay: 2 });
  stream.app(app);
  expect((await stream.end()).taken).toBe(came.length);
  expect(came.length).toBeGreaterThan(before);
});

test('the hub counts what it accepts again, by platform', () => {
  const hub = new Hub();
  const send = (platform: string, messageId: string) =>
    hub.handle({
      method: 'POST',
      path: '/hub/messages/',
      headers: { 'servicebusnotification-format': platform },
      body: JSON.stringify({ data: { messageId } }),
    });
  send('apple', '1');
  hub.count();
  for (const [platform, id] of [
    ['apple', '1'],
    ['fcmv1', '1'],
    ['apple', '2'],
    ['apple', '1'],
    ['apple', '1'],
  ] as const) {
    expect(send(platform, id).status).toBe(201);
  }
  expect(hub.counted()).toEqual({ accepted: 5, again: 2 });
});
