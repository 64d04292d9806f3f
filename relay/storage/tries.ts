import { RestError, type PipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { TransientError } from '../errors';
import { isTransientStatus, REQUEST_TIMEOUT_MS } from '../http';
import type { Clock } from '../ports';
import { holdOf } from '../retry-after';

/** Tries of one request, those beside another included. */
const MAX_TRIES = 3;

/** Longest wait between two of them, in milliseconds: an event has 30 s in all. */
const MAX_WAIT_MS = 10_000;

/** Wait after the first where the service names none, in milliseconds; doubled each time. */
const BACKOFF_MS = 200;

/** Requests that a second try beside the first stands for at least, so that a service that is slow is not asked twice. */
const REQUESTS_PER_HEDGE = 10;

/** Second tries that may follow each other all the same. */
const MAX_HEDGES = 10;

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

/** Of what a person or a timer waits for, and of what is to be carried out once. */
export const PATIENT: Patience = { tryMs: REQUEST_TIMEOUT_MS };

/** Sends one request of one of Azure's SDKs. */
export type Send = (request: PipelineRequest) => Promise<PipelineResponse>;

/**
 * Tries a request again that failed in passing: soon, or when the service asks for it (`Retry-After`), and not at all
 * where that is too late. In place of the SDKs' own policies, which wait for as long as they are asked to or do not look
 * at what they are asked, take what failed inside a transaction for an answer, and cannot try beside a try that hangs.
 *
 * What it gives answers with the last answer, whatever its status, or throws what the last try threw.
 */
export function triesOf({ tryMs, hedgeMs }: Patience, clock: Clock) {
  let hedges = MAX_HEDGES;

  return (request: PipelineRequest, send: Send): Promise<PipelineResponse> => {
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
        send(request)
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
        const give = () => resolve(response);
        if (!isTransientStatus(statusWithin(response))) return end(give);
        again(give, holdOf(response.headers.get('retry-after'), clock.now()));
      };
      const failed = (error: unknown) => {
        const tell = () => reject(error as Error);
        if (error instanceof TransientError || error instanceof RestError) again(tell);
        else end(tell);
      };
      const again = (give: () => void, asked?: number) => {
        open--;
        if (over) return;
        const wait = asked ?? BACKOFF_MS * 2 ** (begun - 1) * (0.5 + Math.random());
        if (begun === MAX_TRIES || wait > MAX_WAIT_MS) {
          if (open === 0) end(give);
          return;
        }
        open++;
        const before = begun;
        void clock.sleep(wait).then(() => {
          open--;
          if (over) return;
          // A try that began beside the one that failed stands for this one.
          if (begun === before) begin();
          else if (open === 0) end(give);
        });
      };
      begin();
    });
  };
}

/**
 * The status of what was asked for: a transaction is answered with 202 although a part of it, and so all of it, failed.
 * Of those parts the ones that no change is at fault for count here.
 */
export function statusWithin({ request, status, bodyAsText }: PipelineResponse): number {
  if (status !== 202 || !request.url.endsWith('/$batch')) return status;
  const part = /HTTP\/1\.1 (401|403|408|429|5\d\d) /.exec(bodyAsText ?? '');
  return part ? Number(part[1]) : status;
}
