import { ManualClock } from '../../local/azure/core/clock';
import { Hub } from '../../relay/hub';
import { NoAnswer, type HttpRequest, type HttpResponse, type Transport } from '../../relay/http';
import type { HubMessage, HubReceipt } from '../../relay/ports';
import { SendKey } from '../../relay/send-key';

type Answer = number | (Partial<HttpResponse> & { status: number }) | 'none' | 'never';

const RULE = {
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.NotificationHubs/namespaces/ns/notificationHubs/hub/authorizationRules/send',
  namespace: 'ns',
  hub: 'hub',
  rule: 'send',
};

const MESSAGE: HubMessage = {
  hub: 'alert',
  platform: 'apple',
  key: 'alert/apple/en',
  tagExpression: 'user:bob',
  headers: { 'apns-push-type': 'alert' },
  body: '{"aps":{"alert":"Hello"}}',
  shortened: false,
};

/** A hub and the ARM that gives its keys, by a clock that stands still: each answers as a test says. */
export class HubStandIn {
  readonly clock = new ManualClock();
  /** What went to the hub, and what to ARM. */
  readonly sends: HttpRequest[] = [];
  readonly listings: HttpRequest[] = [];
  /** How each is answered. */
  hubAnswers: (request: HttpRequest) => Answer | Promise<Answer> = () => 201;
  armAnswers: () => Answer | Promise<Answer> = () => ({ status: 200, body: keys('first', 'second') });

  readonly key: SendKey;
  readonly hub: Hub;

  constructor() {
    const transport = { send: (request: HttpRequest) => this.answer(request) } as unknown as Transport;
    const credential = {
      getToken: () => Promise.resolve({ token: 'token', expiresOnTimestamp: Number.POSITIVE_INFINITY }),
    };
    this.key = new SendKey(RULE, credential, transport, this.clock);
    this.hub = new Hub(RULE, this.key, transport, this.clock);
  }

  send(withinMs = 18_000): Promise<HubReceipt> {
    return this.hub.send(MESSAGE, this.clock.now() + withinMs);
  }

  private async answer(request: HttpRequest): Promise<HttpResponse> {
    const arm = request.url.includes('/listKeys');
    (arm ? this.listings : this.sends).push(request);
    const answer = await (arm ? this.armAnswers() : this.hubAnswers(request));
    if (answer === 'never') return new Promise(() => undefined);
    if (answer === 'none') throw new NoAnswer('no answer');
    return { headers: {}, body: '', ...(typeof answer === 'number' ? { status: answer } : answer) };
  }
}

/** An answer of `listKeys`. */
export function keys(primary: string, secondary: string): string {
  const connectionString = (key: string) =>
    `Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=${key}`;
  return JSON.stringify({
    primaryConnectionString: connectionString(primary),
    secondaryConnectionString: connectionString(secondary),
  });
}

/** Lets everything run that waits for nothing but its turn. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** What became of a promise so far. */
export function watched<T>(promise: Promise<T>): { state: 'pending' | 'done' | 'failed'; error?: any } {
  const watch: ReturnType<typeof watched> = { state: 'pending' };
  promise.then(
    () => (watch.state = 'done'),
    (error: unknown) => Object.assign(watch, { state: 'failed', error }),
  );
  return watch;
}
