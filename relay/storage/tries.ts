import {
  RestError,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { TransientError } from '../errors';
import { isTransientStatus } from '../http';
import type { Clock } from '../ports';
import { holdOf } from '../retry-after';

/** Tries of one request, those beside another included. */
const MAX_TRIES = 3;

/** Longest wait between two of them, in milliseconds: an event has 30 s in all. */
const MAX_WAIT_MS = 10_000;

/** Requests that a second try beside the first stands for at least, so that a service that is slow is not asked twice. */
const REQUESTS_PER_HEDGE = 10;

/** Second tries that may follow each other all the same. */
const MAX_HEDGES = 10;

/** Statuses that the tables' client knows how to take, besides 2xx. */
const EXPECTED: readonly number[] = [404, 409, 412];

/** How patient requests are. */
export interface Patience {
  /** Longest time of one try, in milliseconds. */
  readonly tryMs: number;
  /**
   * When there is no answer after so long, another try begins beside the first, in milliseconds. Only for what may be
   * carried out twice, and late.
   */
  readonly hedgeMs?: number;
}

/**
 * Tries a request again that failed in passing: soon, or when the service asks for it (`Retry-After`), and not at all
 * where that is too late. In place of the pipeline's own policy, which waits for as long as it is asked to, takes what
 * failed inside a transaction for an answer, and cannot try beside a try that hangs.
 *
 * Every other status than 2xx, 404, 409 and 412 is a {@link TransientError}.
 */
export function triesPolicy(service: string, clock: Clock, { tryMs, hedgeMs }: Patience): PipelinePolicy {
  let hedges = MAX_HEDGES;

  return {
    name: 'triesPolicy',
    sendRequest: (request, next) => {
      request.timeout = tryMs;
      hedges = Math.min(MAX_HEDGES, hedges + 1 / REQUESTS_PER_HEDGE);
      return new Promise<PipelineResponse>((resolve, reject) => {
        let begun = 0;
        // Tries that are under way or will be.
        let open = 0;
        let over = false;
        const end = (how: () => void) => {
          over = true;
          how();
        };
        const begin = () => {
          open++;
          const own = ++begun;
          let hanging = true;
          next(request)
            .finally(() => (hanging = false))
            .then(answered, failed);
          if (hedgeMs === undefined || own === MAX_TRIES) return;
          void clock.sleep(hedgeMs).then(() => {
            if (over || !hanging || begun !== own || hedges < 1) return;
            hedges--;
            begin();
          });
        };
        const answered = (response: PipelineResponse) => {
          const status = statusOf(request, response);
          if (status < 300 || EXPECTED.includes(status)) return end(() => resolve(response));
          const failure = new TransientError(
            `table storage ${service} answered ${status} to ${request.method} ${nameOf(request)}`,
            holdOf(response.headers.get('retry-after'), clock.now()),
          );
          if (isTransientStatus(status)) again(failure);
          else end(() => reject(failure));
        };
        const failed = (error: unknown) => {
          if (error instanceof TransientError || error instanceof RestError) again(asTransient(error));
          else end(() => reject(error as Error));
        };
        const again = (failure: TransientError) => {
          open--;
          if (over) return;
          const wait = failure.retryAfterMs ?? 100 * 2 ** begun * (0.5 + Math.random());
          if (begun < MAX_TRIES && wait <= MAX_WAIT_MS) {
            open++;
            const before = begun;
            void clock.sleep(wait).then(() => {
              open--;
              // A try that began beside the one that failed stands for this one.
              if (over || begun !== before)
                return open === 0 && !over ? end(() => reject(failure)) : undefined;
              begin();
            });
          } else if (open === 0) end(() => reject(failure));
        };
        begin();
      });
    },
  };
}

/** What a client throws, as what the relay throws when trying again later can succeed. */
export function asTransient(error: unknown): TransientError {
  if (error instanceof TransientError) return error;
  return new TransientError((error as Error).message, undefined, { cause: error });
}

/** A transaction is answered with 202 although a part of it, and so all of it, failed. */
function statusOf(request: PipelineRequest, { status, bodyAsText }: PipelineResponse): number {
  if (status !== 202 || !request.url.endsWith('/$batch')) return status;
  const part = /HTTP\/1\.1 (408|429|5\d\d) /.exec(bodyAsText ?? '');
  return part ? Number(part[1]) : status;
}

/** Without the keys of rows, which are ids of devices: it goes into logs. */
function nameOf({ url }: PipelineRequest): string {
  return new URL(url).pathname.split('(')[0]!.slice(0, 80);
}
