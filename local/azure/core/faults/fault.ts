import { z } from 'zod';
import type { Clock } from '../clock';
import type { LocalRequest, LocalResponse } from '../http';
import type { Random } from '../random';

const milliseconds = z.number().min(0);
const times = z.int().min(1);
const failure = z.strictObject({ code: z.string().min(1), message: z.string() });

/** What can be done to a request. Times are milliseconds of Azure's clock. */
export const fault = z.discriminatedUnion('kind', [
  /** Answers later: by that much, or by something between the two. */
  z.strictObject({
    kind: z.literal('latency'),
    milliseconds: z.union([milliseconds, z.tuple([milliseconds, milliseconds])]),
  }),
  /** 429 in place of being done, with `Retry-After` when seconds are given. */
  z.strictObject({ kind: z.literal('throttled'), retryAfterSeconds: z.number().min(0).optional() }),
  /** An error of the service in place of being done. */
  z.strictObject({
    kind: z.literal('failed'),
    status: z.int().min(500).max(599),
    code: z.string().optional(),
    message: z.string().optional(),
  }),
  /** Done, and the connection ends before a byte of the answer. */
  z.strictObject({ kind: z.literal('lost-answer') }),
  /** Not done: the connection ends. */
  z.strictObject({ kind: z.literal('dropped') }),
  /** The connection stays open and nothing ever comes; by default the request is not done either. */
  z.strictObject({ kind: z.literal('half-open'), done: z.boolean().optional() }),
  /** The body of the answer trickles. */
  z.strictObject({ kind: z.literal('slow-body'), bytesPerSecond: z.number().positive() }),
  /** 401 in place of being done, as for a token whose time is over. */
  z.strictObject({ kind: z.literal('expired-token') }),
  /** After a write that is done, reads of the same path are answered as before it for so long. */
  z.strictObject({ kind: z.literal('lagging-reads'), milliseconds }),
  /** A write to ARM goes on after its answer, and is asked for by that header. */
  z.strictObject({
    kind: z.literal('long-running'),
    polledBy: z.enum(['Azure-AsyncOperation', 'Location']),
    milliseconds,
    retryAfterSeconds: z.number().min(0).optional(),
    /** What it ends with; without one it succeeds. */
    failure: failure.optional(),
  }),
]);

/** Which requests a rule is for: all that fit every member that is given. */
export const requestMatch = z.strictObject({
  /** `PUT`; several with `|` between them: `PUT|PATCH`. */
  method: z.string().min(1).optional(),
  /** Host without port, regardless of case; `*` stands for any characters: `*.vault.azure.net`. */
  host: z.string().min(1).optional(),
  /** Path without query, regardless of case; `*` stands for any characters, slashes too. */
  path: z.string().min(1).optional(),
  /** Only requests from outside, or only those that local Azure sends itself (Event Grid's deliveries). */
  from: z.enum(['outside', 'inside']).optional(),
  /** The n-th of the requests that fit, from 1; or several of them. */
  nth: z.union([times, z.array(times).min(1)]).optional(),
  /** Each n-th of those that fit. */
  every: times.optional(),
  /** So many of a hundred, by the seed, the route, and which request of its route it is. */
  percent: z.number().min(0).max(100).optional(),
});

/** One order: what is to be done to which requests. */
export const requestRule = z.strictObject({
  match: requestMatch.default({}),
  fault,
  /** @default 1 */
  seed: z.int().optional(),
});

export type Fault = z.infer<typeof fault>;
export type RequestMatch = z.infer<typeof requestMatch>;
export type FaultKind = Fault['kind'];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

/** What comes of a request: an answer, and what becomes of its connection. */
export interface Outcome {
  /** Absent when there is none for the client. */
  readonly answer?: LocalResponse;
  /** `lost`: it ends without an answer. `silent`: it stays open without one. @default - the answer is sent */
  readonly connection?: 'lost' | 'silent';
  /** How fast the body is sent. @default - at once */
  readonly bytesPerSecond?: number;
}

/** A request that a fault has to do with. */
export interface FaultyCall {
  readonly request: LocalRequest;
  /** Lets the request be done, by faults ordered later and then by its service. */
  next(): Promise<Outcome>;
  /** Numbers that are the same for the same seed and the same request of its route. */
  readonly random: Random;
}

/** Does something to a request, beyond what a {@link Fault} can say. */
export type FaultHandler = (call: FaultyCall) => Promise<Outcome>;

/** What faults need of local Azure. */
export interface FaultContext {
  readonly clock: Clock;
  readonly closing: AbortSignal;
  /** Has a request answered as if no fault were ordered. */
  dispatch(request: LocalRequest): Promise<LocalResponse>;
  log(message: string): void;
}
