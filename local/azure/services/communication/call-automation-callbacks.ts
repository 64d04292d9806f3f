import { randomUUID } from 'node:crypto';
import type { LocalAzureContext } from '../../core/context';

/** How long the receiver of a callback may take, in milliseconds. Assumed: nothing is documented. */
const TIMEOUT_MS = 5_000;

/**
 * Hands Call Automation's events to the address that a call was placed with: CloudEvents in a list. Each is sent
 * once; what becomes of one that is not taken is not documented, here it is logged. The token that real ones carry
 * is left out.
 */
export class CallbackSink {
  constructor(private readonly context: LocalAzureContext) {}

  send(callback: URL, name: 'CallConnected' | 'CallDisconnected', data: Record<string, unknown>): void {
    const { clock, log } = this.context;
    const event = {
      id: randomUUID(),
      source: `calling/callConnections/${String(data.callConnectionId)}`,
      type: `Microsoft.Communication.${name}`,
      subject: `calling/callConnections/${String(data.callConnectionId)}`,
      time: new Date(clock.now()).toISOString(),
      specversion: '1.0',
      datacontenttype: 'application/json',
      data: {
        ...data,
        version: '2024-09-15',
        eventSource: `calling/callConnections/${String(data.callConnectionId)}`,
      },
    };
    const where = `${callback.origin}${callback.pathname}`;
    this.context
      .fetch({
        method: 'POST',
        url: callback.href,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify([event]),
        timeoutMs: TIMEOUT_MS,
      })
      .then(
        ({ status }) => {
          if (status >= 300) log(`${name} of a call was answered ${status} by ${where}`);
        },
        (error: Error) => log(`${name} of a call did not reach ${where}: ${error.message}`),
      );
  }
}
