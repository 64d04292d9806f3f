import type { ServerResponse } from 'node:http';
import type { LocalResponse } from '../http';
import type { FaultContext, Outcome } from './fault';

/** What takes an answer. */
export type Answering = Pick<ServerResponse, 'writeHead' | 'end'>;

/** How many times a second a body that trickles goes on. */
const STEPS_PER_SECOND = 10;

/** Does to the client's connection what came of its request; `send` writes an answer. */
export function deliver(
  { answer, connection, bytesPerSecond }: Outcome,
  response: ServerResponse,
  context: Pick<FaultContext, 'clock' | 'closing'>,
  send: (answer: LocalResponse, to: Answering) => void,
): void {
  // Of one that stays open, the front keeps track.
  if (connection === 'silent') return;
  if (connection === 'lost' || !answer) {
    response.destroy();
    return;
  }
  send(answer, bytesPerSecond === undefined ? response : trickling(response, bytesPerSecond, context));
}

/** The same for a request that local Azure sent itself. @throws Error when there is no answer to be had */
export async function answerOf({ answer, connection }: Outcome): Promise<LocalResponse> {
  // Whoever asks gives up by a time of its own.
  if (connection === 'silent') return new Promise<never>(() => undefined);
  if (connection === 'lost' || !answer) throw new Error('the connection was lost before an answer came');
  return answer;
}

/** A response whose body goes out that slowly; its head goes at once. */
function trickling(
  response: ServerResponse,
  bytesPerSecond: number,
  { clock, closing }: Pick<FaultContext, 'clock' | 'closing'>,
): Answering {
  const step = Math.max(1, Math.round(bytesPerSecond / STEPS_PER_SECOND));
  const trickle = async (body: Buffer) => {
    for (let at = 0; at < body.length; at += step) {
      if (response.destroyed || closing.aborted) return;
      response.write(body.subarray(at, at + step));
      await clock.sleep((step / bytesPerSecond) * 1000, closing);
    }
    response.end();
  };
  return {
    writeHead: response.writeHead.bind(response),
    end: (body?: unknown) => {
      void trickle(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
      return response;
    },
  };
}
