import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An endpoint on loopback that Event Grid and Call Automation may deliver to, and what came. */
export interface Webhook {
  readonly url: string;
  /** Bodies of deliveries, the handshake's left out, once there are as many. */
  received(count: number): Promise<string[]>;
  close(): void;
}

export async function startWebhook(): Promise<Webhook> {
  const bodies: string[] = [];
  let arrived = () => {};
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body, headers }) => response.writeHead(status, headers).end(body));
  });

  async function answer(request: IncomingMessage) {
    // CloudEvents' handshake asks for leave in a header, Event Grid's sends an event.
    if (request.method === 'OPTIONS') return { status: 200, headers: { 'WebHook-Allowed-Origin': '*' } };
    const body = await text(request);
    if (request.headers['aeg-event-type'] === 'SubscriptionValidation') {
      const validationResponse = JSON.parse(body)[0].data.validationCode as string;
      return { status: 200, body: JSON.stringify({ validationResponse }) };
    }
    bodies.push(body);
    arrived();
    return { status: 200 };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    async received(count) {
      while (bodies.length < count) await new Promise<void>((resolve) => (arrived = resolve));
      return bodies;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
