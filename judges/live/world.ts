import type { HttpMethods } from '@azure/core-rest-pipeline';
import type { Clock } from '../../link/clock';
import { NotSettled } from './not-settled';
import type { Answer, Json, RequestBody, Requests } from './requests';
import { VERSIONS } from './versions';

export const ARM = 'https://management.azure.com';
/** Tag of the resource group: until when a run may need it, in ISO 8601. Whatever is older was left behind. */
export const EXPIRY_TAG = 'acs-push-live-check-until';

const MINUTE = 60_000;
export const QUESTIONS_A_MINUTE = 4;
/** Parents and permissions are seen by all of Azure after a while. */
const SETTLE_ATTEMPTS = 12;
const SETTLE_PAUSE = 10_000;
/** Namespaces and accounts have been seen to take minutes. */
const PROVISIONING = 10 * MINUTE;

export interface WorldOptions {
  readonly requests: Requests;
  readonly subscriptionId: string;
  /** Region of what is not global. */
  readonly location: string;
  /** Part of every name, so that no two runs meet: small letters and digits. */
  readonly suffix: string;
  /** Until when the resource group may be needed, milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The time of the Azure that is asked. */
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** An Azure, and the one resource group in it that everything of a run lies in. */
export class World {
  readonly subscription: string;
  readonly group: string;
  private readonly made = new Map<string, Promise<unknown>>();

  constructor(private readonly options: WorldOptions) {
    this.subscription = `/subscriptions/${options.subscriptionId}`;
    this.group = `${this.subscription}/resourceGroups/${this.name('rg')}`;
  }

  get location(): string {
    return this.options.location;
  }

  get clock(): Clock {
    return this.options.clock;
  }

  get signal(): AbortSignal | undefined {
    return this.options.signal;
  }

  /** A name that nobody else has. */
  name(purpose: string): string {
    return `live-${this.options.suffix}-${purpose}`;
  }

  /** The same for storage accounts, which take letters and digits alone. */
  plainName(purpose: string): string {
    return `live${this.options.suffix}${purpose}`.slice(0, 24);
  }

  /** The id of a resource of the run's group: `Microsoft.EventGrid/systemTopics/{name}`. */
  id(below: string): string {
    return `${this.group}/providers/${below}`;
  }

  /** A request to ARM, whatever comes of it. */
  arm(method: HttpMethods, path: string, version: string, json?: unknown): Promise<Answer> {
    const separator = path.includes('?') ? '&' : '?';
    return this.options.requests.signed(
      method,
      `${ARM}${path}${separator}api-version=${version}`,
      ARM,
      json === undefined ? {} : { json },
    );
  }

  /** A request of any other kind, with whatever signs it in its headers. */
  send(method: HttpMethods, url: string, body: RequestBody): Promise<Answer> {
    return this.options.requests.send(method, url, body);
  }

  /** A request to Communication Services with a token of Microsoft Entra ID. */
  communicate(method: HttpMethods, url: string, body: RequestBody = {}): Promise<Answer> {
    return this.options.requests.signed(method, url, 'https://communication.azure.com', body);
  }

  /** Makes the resource group. @throws NotSettled */
  async begin(): Promise<void> {
    await this.make(this.group, VERSIONS.resources, {
      location: this.location,
      tags: { [EXPIRY_TAG]: new Date(this.options.expiresAt).toISOString() },
    });
  }

  /** Makes or changes a resource and waits until it is there. @throws NotSettled when Azure refuses */
  async make(id: string, version: string, body: unknown): Promise<Json> {
    let answer = await this.put(id, version, body);
    // What a parent or a role was given is not seen everywhere at once.
    for (let again = 1; again < SETTLE_ATTEMPTS && [404, 409].includes(answer.status); again += 1) {
      await this.pause(SETTLE_PAUSE);
      answer = await this.put(id, version, body);
    }
    if (answer.status >= 400) throw new NotSettled(`PUT of ${typeOf(id)}: ${said(answer)}`);
    return answer.json ?? {};
  }

  /** The same for a PUT that may be refused: Azure's answer, or what the resource is once it is there. */
  async put(id: string, version: string, body: unknown): Promise<Answer> {
    let answer = await this.arm('PUT', id, version, body);
    if (answer.status >= 400) return answer;
    const until = this.clock.now() + PROVISIONING;
    while (/^(accepted|activating|creating|provisioning|resolving|updating|running)/i.test(stateOf(answer))) {
      if (this.clock.now() > until) throw new NotSettled(`PUT of ${typeOf(id)}: not there within 10 minutes`);
      await this.pause(5_000);
      answer = await this.arm('GET', id, version);
    }
    return answer;
  }

  /** What a POST answers. @throws NotSettled when Azure refuses */
  async act(id: string, action: string, version: string, json?: unknown): Promise<Json> {
    const answer = await this.arm('POST', `${id}/${action}`, version, json);
    if (answer.status >= 400) throw new NotSettled(`${action} of ${typeOf(id)}: ${said(answer)}`);
    return answer.json ?? {};
  }

  /** Properties of a resource. @throws NotSettled when it cannot be read */
  async read(id: string, version: string): Promise<Json> {
    const answer = await this.arm('GET', id, version);
    if (answer.status >= 400) throw new NotSettled(`GET of ${typeOf(id)}: ${said(answer)}`);
    return answer.json ?? {};
  }

  /** What several questions stand on is made once. */
  once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const found = this.made.get(key);
    if (found) return found as Promise<T>;
    const making = make();
    this.made.set(key, making);
    return making;
  }

  /** @throws the signal's reason when the run is stopped meanwhile */
  async pause(milliseconds: number): Promise<void> {
    await this.clock.sleep(milliseconds, this.signal);
    this.signal?.throwIfAborted();
  }

  /**
   * Asks every 15 seconds until there is an answer or the time is over. Questions are counted, which takes longer than it
   * says where Azure answers slowly.
   */
  async until<T>(minutes: number, ask: (question: number) => Promise<T | undefined>): Promise<T | undefined> {
    for (let question = 1; ; question += 1) {
      const found = await ask(question);
      if (found !== undefined || question > minutes * QUESTIONS_A_MINUTE) return found;
      await this.pause(MINUTE / QUESTIONS_A_MINUTE);
    }
  }
}

/** An answer in few words. */
export function said({ status, code }: Answer): string {
  return code === '' ? String(status) : `${status} ${code}`;
}

/** `taken` or the status of a refusal: whose words differ is no difference of behaviour. */
export function taken({ status }: Answer): string {
  return status < 400 ? 'taken' : `refused (${status})`;
}

/** What is no matter of doubt has to be taken, or a refusal beside it says nothing. @throws NotSettled */
export function requireTaken(what: string, came: string): void {
  if (came !== 'taken') throw new NotSettled(`${what} is ${came} too`);
}

export function propertiesOf(resource: Json | undefined): Json {
  return (resource?.properties ?? {}) as Json;
}

function stateOf({ status, json }: Answer): string {
  const state = propertiesOf(json).provisioningState;
  if (typeof state === 'string') return state;
  return status === 202 ? 'accepted' : '';
}

/** `Microsoft.Communication/communicationServices` of an id, for messages that shall name nothing else. */
function typeOf(id: string): string {
  const below = id.split(/\/providers\//i).at(-1)!;
  if (below === id) return 'the resource group';
  const [provider, ...pairs] = below.split('/');
  return [provider, ...pairs.filter((_, index) => index % 2 === 0)].join('/');
}
