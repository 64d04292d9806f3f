import { Agent, request } from 'node:http';
import { chatEvent } from '../events';

/** A Function App's webhook for one of its functions. */
export interface Webhook {
  /** `http://127.0.0.1:{port}` */
  readonly baseUrl: string;
  readonly functionName: string;
}

export interface Deliveries {
  readonly webhook: Webhook;
  readonly events: readonly number[];
  readonly concurrency: number;
  readonly time: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** Delivers one event as Event Grid does, and gives the status; 0 when there is no answer. */
export function deliver({ baseUrl, functionName }: Webhook, n: number, time: number): Promise<number> {
  const body = JSON.stringify([chatEvent(n, time)]);
  return new Promise((resolve) => {
    const outgoing = request(
      `${baseUrl}/runtime/webhooks/eventgrid?functionName=${functionName}`,
      {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          'aeg-event-type': 'Notification',
        },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      },
    );
    outgoing.on('error', () => resolve(0));
    outgoing.end(body);
  });
}

/**
 * Delivers events, so many at a time, each once.
 *
 * @returns latencies in milliseconds
 * @throws Error when one is not taken: then the figures say nothing
 */
export async function deliverAll({ webhook, events, concurrency, time }: Deliveries): Promise<number[]> {
  const latencies: number[] = [];
  let at = 0;
  const one = async () => {
    while (at < events.length) {
      const start = performance.now();
      const status = await deliver(webhook, events[at++]!, time);
      if (status !== 202) throw new Error(`function ${webhook.functionName} answered ${status}`);
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  return latencies;
}
