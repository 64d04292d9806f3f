import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Place } from '../contenders';
import { answerQuestions } from '../questions';
import type { Answer, Asked } from './answer';
import { makeCertificate } from './certificate';
import { deliverAll, type Deliveries, type Webhook } from './event-grid';
import { Hub } from './hub';
import { RetriedStream } from './retried-stream';
import { TableService } from './table-service';

/**
 * The Azure that the contenders talk to, in a process of its own: a hub, ARM's `listKeys`, Table Storage, the identity
 * endpoint, and Event Grid. It answers at once, or its tables after as long as is asked for, and does as little as it
 * can, so that the contenders are what is measured.
 */

const KEY = Buffer.from('key of the bench').toString('base64');

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
}

async function main(): Promise<void> {
  const { cert, key } = await makeCertificate();
  const hub = new Hub();
  const tables = new TableService();
  let tableLatencyMs = 0;
  const keys = (port: number): Answer => {
    const primaryConnectionString = `Endpoint=sb://localhost:${port}/;SharedAccessKeyName=relay;SharedAccessKey=${KEY}`;
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ primaryConnectionString }),
    };
  };
  const azure = createHttpsServer({ cert, key, keepAlive: true }, (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const answer = ({ status, headers, body }: Answer) => response.writeHead(status, headers).end(body);
    const asked = (body: string): Asked => ({ method, path, headers, body });
    const isHub = path.startsWith('/hub/messages/');
    if (isHub && !hub.reads) {
      request.resume();
      answer(hub.handle(asked('')));
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (isHub) return answer(hub.handle(asked(body)));
      if (/\.table\./.test(headers.host ?? '')) {
        const done = tables.handle(asked(body));
        if (tableLatencyMs > 0) return setTimeout(() => answer(done), tableLatencyMs);
        return answer(done);
      }
      if (path.includes('/listKeys')) return answer(keys((azure.address() as AddressInfo).port));
      return answer({ status: method === 'PUT' ? 201 : 404 });
    });
  });
  // Longer than a contender waits for its next turn.
  azure.keepAliveTimeout = 300_000;
  const port = await listen(azure);
  // For the hosts whose names are Azure's own; the hub is spoken to directly.
  const proxy = createHttpServer((_, response) => response.writeHead(403).end());
  proxy.on('connect', (_request, client: Socket) => {
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    client.on('close', () => upstream.destroy());
  });
  const identity = createHttpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ access_token: 'token', expires_on: Math.floor(Date.now() / 1000) + 86_400 }),
    );
  });

  let stream: RetriedStream | undefined;
  answerQuestions({
    'table counts': () => tables.counts,
    'forget rows': () => tables.forget(),
    'table latency': (ms: number) => void (tableLatencyMs = ms),
    'next push': () => hub.next(),
    'count pushes': () => hub.count(),
    'counted pushes': () => hub.counted(),
    deliver: (deliveries: Deliveries) => deliverAll(deliveries),
    stream: ({ time, ...options }: { first: number; concurrency: number; time: number }) =>
      void (stream = new RetriedStream(options, time)),
    'stream to': (webhook: Webhook | undefined) => stream!.app(webhook),
    streamed: () => stream!.figures,
    'end stream': () => stream!.end(),
  });
  // It never sleeps: the system would charge waking it up to the process that sends.
  const spin = () => setImmediate(spin);
  spin();
  process.send!({
    ca: cert,
    hub: `https://localhost:${port}`,
    proxy: `http://127.0.0.1:${await listen(proxy)}`,
    identity: `http://127.0.0.1:${await listen(identity)}/msi/token`,
    key: KEY,
    time: Date.now(),
  } satisfies Place);
}

void main();
