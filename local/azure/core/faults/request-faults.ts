import type { LocalRequest, LocalResponse } from '../http';
import { expiredToken, failed, throttled } from './refusals';
import {
  requestMatch,
  requestRule,
  type Fault,
  type FaultContext,
  type FaultHandler,
  type FaultKind,
  type FaultyCall,
  type Outcome,
  type RequestMatch,
} from './fault';
import { LaggingReads } from './lagging-reads';
import { LongRunningOperations } from './long-running';
import { Matcher } from './matching';

/** An order of faults, see {@link RequestFaults.order}. */
export interface FaultRule {
  /** @default - every request */
  readonly match?: RequestMatch;
  /** What is done; a function can do anything, and is told as `custom`. */
  readonly fault: Fault | FaultHandler;
  /** Of what chance decides. @default 1 */
  readonly seed?: number;
}

/** A request that reached local Azure. Queries are left out: there may be secrets in them. */
export interface SeenRequest {
  /** From 1, in the order in which they came. */
  readonly number: number;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** `inside` when local Azure sent it itself. */
  readonly from: 'outside' | 'inside';
  /** What was done to it, in the order of the orders. */
  readonly faults: readonly (FaultKind | 'custom')[];
  /** Status of the answer that was made; the client of a lost one never saw it. @default - none so far */
  readonly status?: number;
}

/** How many requests are remembered. */
const REMEMBERED = 10_000;

interface Ordered {
  readonly matcher: Matcher;
  readonly kind: FaultKind | 'custom';
  readonly handle: FaultHandler;
}

/** Faults on order, for every host that local Azure answers for. */
export class RequestFaults {
  private readonly rules: Ordered[] = [];
  private readonly log: { -readonly [K in keyof SeenRequest]: SeenRequest[K] }[] = [];
  private count = 0;
  private readonly lagging: LaggingReads;
  private readonly longRunning: LongRunningOperations;

  constructor(readonly context: FaultContext) {
    this.lagging = new LaggingReads(context);
    this.longRunning = new LongRunningOperations(context);
  }

  /**
   * Orders a fault. Of several orders that fit a request each is done, the first one outermost.
   * @throws RangeError naming every member that is wrong
   */
  order(rule: FaultRule): void {
    const handler = typeof rule.fault === 'function' ? rule.fault : undefined;
    const checked = handler ? requestMatch.safeParse(rule.match ?? {}) : requestRule.safeParse(rule);
    if (!checked.success) {
      const wrong = checked.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'rule'}: ${message}`,
      );
      throw new RangeError(wrong.join('; '));
    }
    const seed = `${rule.seed ?? 1}/${this.rules.length}`;
    this.rules.push({
      matcher: new Matcher(rule.match ?? {}, seed),
      kind: typeof rule.fault === 'function' ? 'custom' : rule.fault.kind,
      handle: handler ?? ((call) => this.strike(rule.fault as Fault, call)),
    });
  }

  /** Withdraws all orders, and forgets which requests were seen. Long-running operations go on to their end. */
  clear(): void {
    this.rules.length = 0;
    this.log.length = 0;
    this.count = 0;
    this.lagging.clear();
  }

  /** The requests since the start or the last {@link clear}, at most the last ten thousand, oldest first. */
  seen(): SeenRequest[] {
    return this.log.map((request) => ({ ...request, faults: [...request.faults] }));
  }

  /** Has a request answered by `answer`, and does to it what was ordered. Never throws. */
  async handle(request: LocalRequest, answer: () => Promise<LocalResponse>): Promise<Outcome> {
    const struck = this.rules.flatMap((rule) => {
      const random = rule.matcher.strikes(request);
      return random ? [{ rule, random }] : [];
    });
    const noted = this.note(
      request,
      struck.map(({ rule }) => rule.kind),
    );
    const served = async (): Promise<Outcome> => ({ answer: await answer() });
    const lasting = () => this.longRunning.intercept(request, served) ?? served();
    const innermost = () => this.lagging.intercept(request) ?? lasting();
    const run = struck.reduceRight<() => Promise<Outcome>>(
      (next, { rule, random }) =>
        () =>
          rule.handle({ request, next, random }),
      innermost,
    );
    const outcome = await run().catch((error: unknown): Outcome => {
      this.context.log(
        `the fault of ${request.method} https://${request.host}${request.path} threw: ${error}`,
      );
      return { connection: 'lost' };
    });
    noted.status = outcome.answer?.status;
    return outcome;
  }

  private note(request: LocalRequest, faults: SeenRequest['faults']) {
    const noted: (typeof this.log)[number] = {
      number: ++this.count,
      method: request.method,
      host: request.host,
      path: request.path,
      from: request.remoteAddress === undefined ? 'inside' : 'outside',
      faults,
    };
    this.log.push(noted);
    if (this.log.length > REMEMBERED) this.log.shift();
    return noted;
  }

  private async strike(fault: Fault, call: FaultyCall): Promise<Outcome> {
    switch (fault.kind) {
      case 'latency': {
        const [least, most] = [fault.milliseconds, fault.milliseconds].flat() as [number, number];
        await this.context.clock.sleep(least + call.random() * (most - least), this.context.closing);
        return call.next();
      }
      case 'throttled':
        return { answer: throttled(fault) };
      case 'failed':
        return { answer: failed(fault) };
      case 'expired-token':
        return { answer: expiredToken() };
      case 'lost-answer':
        return { ...(await call.next()), connection: 'lost' };
      case 'dropped':
        return { connection: 'lost' };
      case 'half-open':
        return { ...(fault.done && (await call.next())), connection: 'silent' };
      case 'slow-body':
        return { ...(await call.next()), bytesPerSecond: fault.bytesPerSecond };
      case 'lagging-reads':
        return this.lagging.write(fault, call);
      case 'long-running':
        return this.longRunning.start(fault, call);
    }
  }
}
