import { RestError } from '@azure/core-rest-pipeline';
import {
  createAppleNotification,
  createBrowserNotification,
  createFcmV1Notification,
  type Notification as SdkNotification,
} from '@azure/notification-hubs/models';
import { AskedToWait, CircuitBreaker, HeldBack } from './circuit-breaker';
import { PermanentError, TransientError } from './errors';
import { HubAnswer, HubContext } from './hub-context';
import { isTransientStatus, REQUEST_TIMEOUT_MS, type Transport } from './http';
import type { Clock, HubMessage, HubReceipt, HubSender } from './ports';
import { holdOf } from './retry-after';
import type { KeysAfter, RuleKey, SendKey } from './send-key';
import type { HubRule } from './settings';

/** Attempts at one message within one delivery of its event. */
const MAX_ATTEMPTS = 4;
/** First wait before another attempt where the hub names none, in milliseconds; doubled each time. */
const BACKOFF_MS = 200;
/**
 * Least time, in milliseconds, that another attempt is to have for its answer. A hub may carry out what nobody waits for
 * any more, and the event's next delivery sends that again.
 */
const WORTH_WAITING_MS = 1_000;

/** One notification hub, reached with one authorization rule. */
export class Hub {
  private context: HubContext | undefined;
  /** For all who call the hub: sends, and what is done with installations. */
  private readonly breaker: CircuitBreaker;

  constructor(
    private readonly rule: HubRule,
    private readonly key: SendKey,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {
    this.breaker = new CircuitBreaker(
      this.name,
      clock,
      (error) => error instanceof PermanentError || error instanceof NotFound,
    );
  }

  /** See {@link HubSender.send}. */
  async send(message: HubMessage, deadline: number): Promise<HubReceipt> {
    const timeLeft = () => {
      const left = deadline - this.clock.now();
      // Who asked for the claim or the key waited for so long that by now another delivery may be at it.
      if (left <= 0) throw new TransientError(`no time was left to ask ${this.name}`);
      return left;
    };
    timeLeft();
    for (let refused = 0; ;) {
      try {
        return await this.use((context) => context.send(message, Math.min(timeLeft(), REQUEST_TIMEOUT_MS)));
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        if (!(error instanceof HeldBack)) refused++;
        if (refused === MAX_ATTEMPTS) throw error;
        // What the hub asks for, or a little longer each time and never all at once.
        const wait = error.retryAfterMs ?? BACKOFF_MS * 2 ** (refused - 1) * (0.5 + Math.random());
        // A wait that outlasts the deadline is Event Grid's to make.
        if (this.clock.now() + wait + WORTH_WAITING_MS > deadline) throw error;
        const waited = this.clock.sleep(wait);
        await (error instanceof HeldBack && error.tried ? Promise.race([waited, error.tried]) : waited);
      }
    }
  }

  /**
   * Runs one operation on this hub. When the key is refused, both are read again, and each is tried once. While the hub
   * is to be left alone (`Retry-After`), and while another operation finds out whether that is over, it fails without a
   * request.
   *
   * @throws TransientError, PermanentError as {@link HubSender.send}
   */
  use<T>(operation: (context: HubContext) => Promise<T>): Promise<T> {
    return this.breaker.run(() => this.withKeys(operation));
  }

  private async withKeys<T>(operation: (context: HubContext) => Promise<T>): Promise<T> {
    const first = (this.context ??= this.contextOf((await this.key.get())[0]!));
    try {
      return await operation(first);
    } catch (error) {
      if (statusOf(error) !== 401) throw this.classify(error);
    }
    const { keys, unread } = await this.keysAfter(first.key);
    let refusal: unknown = unread;
    for (const key of keys) {
      const context: HubContext = this.context?.key === key ? this.context : this.contextOf(key);
      try {
        const result = await operation(context);
        this.context = context;
        return result;
      } catch (error) {
        const refused = statusOf(error) === 401;
        // That the keys are not the present ones says more than that they are refused.
        refusal = (refused && unread) || this.classify(error);
        if (!refused) break;
      }
    }
    throw refusal;
  }

  /** What to go on with after a refusal: first the key that others have found to work meanwhile. */
  private async keysAfter(refused: RuleKey): Promise<KeysAfter> {
    const { keys, unread } = await this.key.after(refused);
    const working = this.context?.key;
    if (!working || working === refused || !keys.includes(working)) return { keys, unread };
    return { keys: [working, ...keys.filter((key) => key !== working)], unread };
  }

  private get name(): string {
    return `hub ${this.rule.namespace}/${this.rule.hub}`;
  }

  private contextOf(key: RuleKey): HubContext {
    return new HubContext(this.rule.hub, key, this.transport, this.clock);
  }

  private classify(error: unknown): unknown {
    const status = statusOf(error);
    if (status === undefined) return error;
    const where = this.name;
    if (status === 400 || status === 413) {
      return new PermanentError('refused-by-hub', `${where} answered ${status}`, { cause: error });
    }
    if (status === 404 || status === 410) return new NotFound(`${where} answered ${status}`, status);
    if (status === 401) {
      return new TransientError(
        `${where} refused both keys of rule ${this.rule.rule} that were read just now`,
      );
    }
    // 403 is the quota or a missing right: no event is at fault, and somebody will repair it.
    const wait = isTransientStatus(status) ? holdOf(retryAfterOf(error), this.clock.now()) : undefined;
    const message = `${where} answered ${status}`;
    if (!wait) return new TransientError(message, undefined, { cause: error });
    this.breaker.open(wait);
    return new AskedToWait(message, wait, { cause: error });
  }
}

/** 404 or 410: the hub, the installation or the device handle is not there (any more). */
export class NotFound extends TransientError {
  constructor(
    message: string,
    readonly status: 404 | 410,
  ) {
    super(message);
  }
}

/** The SDK's form of a message. */
export function notificationOf({ platform, body, headers }: HubMessage): SdkNotification {
  if (platform === 'apple') return createAppleNotification({ body, headers });
  if (platform === 'fcmv1') return createFcmV1Notification({ body, headers });
  return createBrowserNotification({ body, headers });
}

/** The relay's hubs: one for alerts, one more when there are VoIP pushes. */
export class Hubs implements HubSender {
  constructor(
    private readonly alert: Hub,
    private readonly voip: Hub | undefined,
  ) {}

  send(message: HubMessage, deadline: number): Promise<HubReceipt> {
    const hub = message.hub === 'voip' ? this.voip : this.alert;
    if (!hub)
      return Promise.reject(new TransientError('a VoIP push needs a VoIP hub: set RELAY_VOIP_HUB_RULE_ID'));
    return hub.send(message, deadline);
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof HubAnswer || error instanceof RestError ? error.statusCode : undefined;
}

function retryAfterOf(error: unknown): string | undefined {
  return error instanceof HubAnswer
    ? error.retryAfter
    : (error as RestError).response?.headers.get('retry-after');
}
