import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Line } from '../../judges/matrix/line';
import { PassingClock } from '../../judges/matrix/passing-clock';

let server: Server;
const connected: Socket[] = [];

beforeAll(async () => {
  server = createServer((socket) => {
    connected.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  for (const socket of connected) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test('who is connected by a line that is cut hears no more, and nobody gets through again', async () => {
  const line = await Line.to(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const port = Number(new URL(line.url).port);
  const client = connect(port, '127.0.0.1');
  client.write('a');
  expect(String((await once(client, 'data'))[0])).toBe('a');
  const closed = once(client, 'close');
  client.on('error', () => undefined);
  line.cut();
  await closed;
  const refused = connect(port, '127.0.0.1');
  await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  line.cut();
});

test('half an hour of a clock that passes can be skipped, and it passes by itself', async () => {
  const clock = new PassingClock();
  try {
    const half = clock.sleep(1_800_000);
    await clock.skip(1_800_000);
    await half;
    await clock.sleep(30);
  } finally {
    clock.stop();
  }
});
