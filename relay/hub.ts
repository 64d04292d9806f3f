import { RestError } from '@azure/core-rest-pipeline';
import {
  createAppleNotification,
  createBrowserNotification,
  createFcmV1Notification,
  type Notification as SdkNotification,
} from '@azure/notification-hubs/models';
import { PermanentError, TransientError } from './errors';
import { HubAnswer, HubContext } from './hub-context';
import { isTransientStatus, retryAfterMs, type Transport } from './http';
import type { Clock, HubMessage, HubReceipt, HubSender } from './ports';
import type { RuleKey, SendKey } from './send-key';
import type { HubRule } from './settings';

/** Attempts at one message within one delivery of its event. */
const MAX_ATTEMPTS = 4;
/** First wait before another attempt where the hub names none, in milliseconds; doubled each time. */
const BACKOFF_MS = 200;

/** One notification hub, reached with one authorization rule. */
export class Hub {
  private context: HubContext | undefined;
  /** Until when the hub asked to be left alone, by all of its callers, in milliseconds since the epoch. */
  private notBefore = 0;

  constructor(
    private readonly rule: HubRule,
    private readonly key: SendKey,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

  /** See {@link HubSender.send}. */
  async send(message: HubMessage, deadline: number): Promise<HubReceipt> {
    // The claim took all the time there was: by now another delivery may be at it.
    if (this.clock.now() >= deadline) throw new TransientError(`no time was left to ask ${this.name}`);
    for (let refused = 0; ;) {
      try {
        return await this.use((context) => context.send(message));
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        if (!(error instanceof HeldBack)) refused++;
        if (refused === MAX_ATTEMPTS) throw error;
        // What the hub asks for, or a little longer each time and never all at once.
        const wait = error.retryAfterMs ?? BACKOFF_MS * 2 ** (refused - 1) * (0.5 + Math.random());
        // A wait that outlasts the deadline is Event Grid's to make.
        if (this.clock.now() + wait >= deadline) throw error;
        await this.clock.sleep(wait);
      }
    }
  }

  /**
   * Runs one operation on this hub. When the key is refused, both are read again, and each is tried once. While the hub
   * is to be left alone (`Retry-After`) it fails without a request.
   *
   * @throws TransientError, PermanentError as {@link HubSender.send}
   */
  async use<T>(operation: (context: HubContext) => Promise<T>): Promise<T> {
    const wait = this.notBefore - this.clock.now();
    if (wait > 0) throw new HeldBack(`${this.name} asked to be left alone`, wait);
    const first = (this.context ??= this.contextOf((await this.key.get())[0]!));
    try {
      return await operation(first);
    } catch (error) {
      if (statusOf(error) !== 401) throw this.classify(error);
    }
    let refusal: unknown;
    for (const key of await this.keysAfter(first.key)) {
      const context: HubContext = this.context?.key === key ? this.context : this.contextOf(key);
      try {
        const result = await operation(context);
        this.context = context;
        return result;
      } catch (error) {
        refusal = this.classify(error);
        if (statusOf(error) !== 401) break;
      }
    }
    throw refusal;
  }

  /** What to go on with after a refusal: first the key that others have found to work meanwhile. */
  private async keysAfter(refused: RuleKey): Promise<readonly RuleKey[]> {
    const keys = await this.key.after(refused);
    const working = this.context?.key;
    if (!working || working === refused || !keys.includes(working)) return keys;
    return [working, ...keys.filter((key) => key !== working)];
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
    const now = this.clock.now();
    const wait = isTransientStatus(status) ? retryAfterMs(retryAfterOf(error), now) : undefined;
    if (wait) this.notBefore = Math.max(this.notBefore, now + wait);
    return new TransientError(`${where} answered ${status}`, wait, { cause: error });
  }
}

/** Not asked, since the hub wants to be left alone. */
export class HeldBack extends TransientError {}

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
