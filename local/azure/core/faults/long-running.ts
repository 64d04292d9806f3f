import { randomUUID } from 'node:crypto';
import { parsePath } from '../arm/path';
import type { LocalRequest, LocalResponse } from '../http';
import { ARM_HOST, SUBSCRIPTION_ID } from '../identity';
import type { FaultContext, FaultOf, FaultyCall, Outcome } from './fault';

type Order = FaultOf<'long-running'>;

interface Operation {
  readonly order: Order;
  /** Path of the resource, in lower case. */
  readonly target: string;
  /** `Creating`, `Updating`, `Deleting`. */
  readonly doing: string;
  readonly startedAt: number;
  /** What the write is answered with in the end. */
  result?: LocalResponse;
  endedAt?: number;
}

/**
 * Writes that ARM goes on with after its answer:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations.
 * A PUT or PATCH is kept at once and shows its `provisioningState`; a DELETE or POST is done when its time is over.
 */
export class LongRunningOperations {
  private readonly operations = new Map<string, Operation>();
  /** Those that show on their resources, by its path in lower case. */
  private readonly shown = new Map<string, Operation>();

  constructor(private readonly context: FaultContext) {}

  async start(order: Order, { request, next }: FaultyCall): Promise<Outcome> {
    if (request.host !== ARM_HOST) return next();
    const kept = request.method === 'PUT' || request.method === 'PATCH';
    const there = await this.context.dispatch({ ...request, method: 'GET', body: Buffer.alloc(0) });
    const operation: Operation = {
      order,
      target: request.path.toLowerCase(),
      doing: request.method === 'DELETE' ? 'Deleting' : there.status === 200 ? 'Updating' : 'Creating',
      startedAt: this.context.clock.now(),
    };
    if (kept) {
      const outcome = await next();
      const { answer } = outcome;
      if (!answer || answer.status >= 400) return outcome;
      operation.result = answer;
    } else if (request.method === 'DELETE' && there.status === 404) {
      return next();
    }
    const id = randomUUID();
    this.operations.set(id, operation);
    this.shown.set(operation.target, operation);
    void this.end(operation, async () => (await next()).answer ?? { status: 204 });
    return { answer: started(operation, pollingUrl(id, operation, request), kept) };
  }

  intercept(request: LocalRequest, next: () => Promise<Outcome>): Promise<Outcome> | undefined {
    if (request.host !== ARM_HOST) return undefined;
    const id = /\/operation(?:Statuses|Results)\/([0-9a-f-]{36})$/i.exec(request.path)?.[1];
    const polled = id === undefined ? undefined : this.operations.get(id);
    if (polled) return Promise.resolve({ answer: poll(polled, id!, request) });
    const target = request.path.toLowerCase();
    const operation = this.shown.get(target);
    if (!operation) return undefined;
    if (request.method === 'GET') return next().then((outcome) => showing(outcome, operation));
    // A write takes the place of one that had ended badly.
    if (operation.endedAt !== undefined && request.method !== 'HEAD') this.shown.delete(target);
    return undefined;
  }

  private async end(operation: Operation, finish: () => Promise<LocalResponse>): Promise<void> {
    const { clock, closing } = this.context;
    await clock.sleep(operation.order.milliseconds, closing);
    if (closing.aborted) return;
    if (!operation.order.failure) {
      operation.result ??= await finish();
      this.shown.delete(operation.target);
    }
    operation.endedAt = clock.now();
  }
}

function started(operation: Operation, url: string, kept: boolean): LocalResponse {
  const { order, result, doing } = operation;
  const headers = {
    [order.polledBy.toLowerCase()]: url,
    'retry-after': String(order.retryAfterSeconds ?? 1),
  };
  if (order.polledBy === 'Location' || !kept) return { status: 202, headers };
  return {
    status: doing === 'Creating' ? 201 : 200,
    headers: { ...result!.headers, ...headers },
    body: withState(result!.body, doing),
  };
}

function poll(operation: Operation, id: string, request: LocalRequest): LocalResponse {
  const { order, endedAt, result, startedAt } = operation;
  const waiting = { 'retry-after': String(order.retryAfterSeconds ?? 1) };
  if (order.polledBy === 'Location') {
    if (endedAt === undefined) {
      return {
        status: 202,
        headers: { ...waiting, location: `https://${ARM_HOST}${request.path}?${request.query}` },
      };
    }
    return order.failure ? { status: 409, body: { error: order.failure } } : result!;
  }
  const failed = endedAt !== undefined && (order.failure ?? errorOf(result!));
  const status = endedAt === undefined ? 'InProgress' : failed ? 'Failed' : 'Succeeded';
  return {
    status: 200,
    headers: endedAt === undefined ? waiting : {},
    body: {
      id: request.path,
      name: id,
      status,
      startTime: new Date(startedAt).toISOString(),
      ...(endedAt !== undefined && { endTime: new Date(endedAt).toISOString() }),
      ...(failed ? { error: failed } : {}),
    },
  };
}

/** What a service refused with when the time came. */
function errorOf({ status, body }: LocalResponse): unknown {
  return status < 400
    ? undefined
    : ((body as { error?: unknown } | undefined)?.error ?? { code: String(status) });
}

function pollingUrl(id: string, { order }: Operation, { path, query }: LocalRequest): string {
  const namespace = parsePath(path)?.type.split('/')[0] ?? 'Microsoft.Resources';
  const kind = order.polledBy === 'Location' ? 'operationResults' : 'operationStatuses';
  const version = query.get('api-version') ?? '';
  return (
    `https://${ARM_HOST}/subscriptions/${SUBSCRIPTION_ID}/providers/${namespace}/locations/westeurope/` +
    `${kind}/${id}?api-version=${version}`
  );
}

function showing(outcome: Outcome, { doing, endedAt }: Operation): Outcome {
  const { answer } = outcome;
  if (answer?.status !== 200) return outcome;
  const state = endedAt === undefined ? doing : 'Failed';
  return { ...outcome, answer: { ...answer, body: withState(answer.body, state) } };
}

function withState(body: unknown, provisioningState: string): unknown {
  if (body === null || typeof body !== 'object' || Buffer.isBuffer(body)) return body;
  const { properties } = body as { properties?: object };
  return { ...body, properties: { ...properties, provisioningState } };
}
