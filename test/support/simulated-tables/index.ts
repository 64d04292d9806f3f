import {
  createHttpHeaders,
  RestError,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { systemClock, type Clock } from '../../../relay/ports';
import { answerOf, refusal, transactionAnswer, type Answer } from './answers';
import { serverBusy, TableError } from './errors';
import type { Fault } from './faults';
import { Throttle, type TableLimits } from './limits';
import { operationOf, type Operation } from './requests';
import { TableService, type Count } from './service';

export { faultsFrom, type Fault } from './faults';
export { AZURE_LIMITS, type TableLimits } from './limits';
export type { Operation } from './requests';

export interface SimulatedTablesOptions {
  /** What all waiting and all limits go by. @default the machine's */
  readonly clock?: Clock;
  /** Milliseconds that a request takes, there and back; a function is asked for each. @default 0 */
  readonly latencyMs?: number | ((operation: Operation | undefined) => number);
  /** @default none */
  readonly limits?: TableLimits;
  /** Asked once for each request, in their order. @default none fails */
  readonly fault?: (operation: Operation | undefined) => Fault | undefined;
}

/**
 * Azure Table Storage in memory, one account, at the level of its HTTP requests: for `@azure/data-tables`
 * (`httpClient`), and for whatever else speaks to an `HttpClient`. It holds to the service's rules for rows, etags,
 * queries and transactions (`simulated-tables.test.ts` beside Azurite), and adds what an emulator has not: latency,
 * the limits of partitions and account, and faults.
 */
export class SimulatedTables implements HttpClient {
  /** Requests that came, transactions as one. */
  requests = 0;
  /** Requests that came and are not answered. */
  inFlight = 0;
  private readonly service: TableService;
  private readonly clock: Clock;

  constructor(private readonly options: SimulatedTablesOptions = {}) {
    this.clock = options.clock ?? systemClock;
    const now = () => this.clock.now();
    this.service = new TableService(options.limits && new Throttle(options.limits, now), now);
  }

  /** What was asked of each partition, by `{table}/{partition}`. */
  get partitions(): ReadonlyMap<string, Readonly<Count>> {
    return this.service.counts;
  }

  /** The sum of all partitions. */
  get total(): Readonly<Count> {
    const total: Count = { changes: 0, reads: 0, throttled: 0 };
    for (const { changes, reads, throttled } of this.partitions.values()) {
      total.changes += changes;
      total.reads += reads;
      total.throttled += throttled;
    }
    return total;
  }

  /** Names of the tables. */
  get tables(): string[] {
    return [...this.service.tables.keys()];
  }

  /** Rows of a table; 0 where there is none. */
  rowCount(table: string): number {
    return this.service.tables.get(table)?.size ?? 0;
  }

  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    if (request.abortSignal?.aborted) throw new AbortError();
    this.requests++;
    this.inFlight++;
    try {
      const { status, headers, body } = await this.exchange(request);
      return { request, status, headers: createHttpHeaders({ ...headers }), bodyAsText: body };
    } finally {
      this.inFlight--;
    }
  }

  private async exchange(request: PipelineRequest): Promise<Answer> {
    const body = typeof request.body === 'string' ? request.body : '';
    const parsed = attempt(() =>
      operationOf({
        method: request.method,
        url: request.url,
        header: (name) => request.headers.get(name),
        body,
      }),
    );
    const operation = parsed instanceof TableError ? undefined : parsed;
    const fault = this.options.fault?.(operation);
    const { latencyMs = 0 } = this.options;
    const latency = typeof latencyMs === 'number' ? latencyMs : latencyMs(operation);
    const carryOut = () => {
      if (!(parsed instanceof TableError)) return this.service.carryOut(parsed);
      return answerOf(parsed);
    };

    const takes = latency + (fault?.kind === 'hanging' ? fault.forMs : 0);
    const answer = this.answer(request, operation, fault, latency, carryOut);
    const ends: Promise<Answer>[] = [answer];
    if (request.timeout > 0 && takes > request.timeout) {
      ends.push(
        this.clock.sleep(request.timeout).then(() => {
          throw new RestError(`timeout after ${request.timeout} ms`, { code: 'ETIMEDOUT', request });
        }),
      );
    }
    if (!request.abortSignal) return Promise.race(ends);
    const { abortSignal } = request;
    let abort: () => void = () => undefined;
    ends.push(new Promise((_, reject) => (abort = () => reject(new AbortError()))));
    abortSignal.addEventListener('abort', abort);
    try {
      return await Promise.race(ends);
    } finally {
      abortSignal.removeEventListener('abort', abort);
    }
  }

  /** Goes on when nobody waits for it any more, as the service does. */
  private async answer(
    request: PipelineRequest,
    operation: Operation | undefined,
    fault: Fault | undefined,
    latency: number,
    carryOut: () => Answer,
  ): Promise<Answer> {
    await this.wait(latency / 2);
    let answer: Answer | undefined;
    switch (fault?.kind) {
      case 'refused':
        answer = refused(fault, operation);
        break;
      case 'failed':
        carryOut();
        answer = refused(fault, operation);
        break;
      case 'lost':
        if (fault.carriedOut) carryOut();
        throw new RestError('socket hang up', { code: 'ECONNRESET', request });
      case 'hanging':
        if (fault.carriedOut === 'first') answer = carryOut();
        await this.wait(fault.forMs);
        answer ??= carryOut();
        break;
      case undefined:
        answer = carryOut();
    }
    await this.wait(latency / 2);
    return answer;
  }

  private async wait(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await this.clock.sleep(milliseconds);
  }
}

function refused(
  fault: { readonly status: 500 | 503; readonly retryAfterSeconds?: number; readonly within?: boolean },
  operation: Operation | undefined,
): Answer {
  const error =
    fault.status === 503
      ? serverBusy()
      : new TableError(
          500,
          'InternalError',
          'The server encountered an internal error. Please retry the request.',
        );
  const answer =
    fault.within && operation?.kind === 'transaction' ? transactionAnswer(error.at(0)) : refusal(error);
  if (fault.retryAfterSeconds === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(fault.retryAfterSeconds) } };
}

function attempt(parse: () => Operation): Operation | TableError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TableError) return error;
    throw error;
  }
}

class AbortError extends Error {
  override readonly name = 'AbortError';

  constructor() {
    super('The operation was aborted.');
  }
}
