import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventStream } from '../../page/event-stream';

const LARGE = 'x'.repeat(64 * 1024);

/** One client of a server, and the server's end of it. */
async function connected() {
  const gone = jest.fn();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answering = new Promise<ServerResponse>((resolve) =>
    server.on('request', (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      resolve(response);
    }),
  );
  const incoming = new Promise<IncomingMessage>((resolve) =>
    get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }, resolve),
  );
  const [response, client] = await Promise.all([answering, incoming]);
  return {
    response,
    client,
    gone,
    stream: new EventStream(response, gone),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('events for a client of the page', () => {
  test('however much happens, no more waits for a client that does not read than there is to show', async () => {
    const { response, client, stream, close } = await connected();
    for (let number = 0; number < 1000; number += 1) {
      stream.send('inbox', `"${number} ${LARGE}"`);
      stream.send('calls', `"${number}"`);
    }
    stream.beat();
    expect(response.writableLength).toBeLessThan(4 * LARGE.length);
    let text = '';
    const read = new Promise<void>((resolve) => {
      client.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (/"999 x+"/.test(text) && text.includes('data: "999"')) resolve();
      });
    });
    await read;
    expect(text.match(/^data: "\d+ x/gm)!.length).toBeLessThan(1000);
    close();
  });

  test('a client that reads nothing from one beat to the next is let go', async () => {
    const { gone, stream, close } = await connected();
    const told = new Promise<void>((resolve) => gone.mockImplementation(() => resolve()));
    for (let number = 0; number < 1000; number += 1) stream.send(`inbox ${number}`, `"${LARGE}"`);
    stream.beat();
    expect(gone).not.toHaveBeenCalled();
    stream.beat();
    await told;
    close();
  });

  test('a client that leaves is told', async () => {
    const { client, gone, stream, close } = await connected();
    const told = new Promise<void>((resolve) => gone.mockImplementation(() => resolve()));
    client.destroy();
    await told;
    stream.send('calls', '[]');
    stream.end();
    close();
  });
});
