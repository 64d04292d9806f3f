import { LINK_OPERATION, REGENERATE_OPERATION } from '../../../link/activity-log';
import type { ArmResource } from '../../../link/arm-resource';
import type { AzureReader } from '../../../link/azure';
import { AzureError } from '../../../link/azure-error';
import type { Clock } from '../../../link/clock';
import type { HubConnection } from '../../../link/connection-string';
import type { KeyName } from '../../../link/expectation';
import type { HubClient, PushPlatform, SendAnswer } from '../../../link/hub-client';

export const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-app/providers`;
export const ACS_ID = `${GROUP}/Microsoft.Communication/communicationServices/acs-app`;
export const HUB_ID = `${GROUP}/Microsoft.NotificationHubs/namespaces/nhns-app/notificationHubs/calling`;
export const RULE_ID = `${HUB_ID}/authorizationRules/acs-send`;

const MINUTE = 60_000;
const WINDOW = 10 * MINUTE;

/** A clock with one sleeper: time passes by sleeping. */
export class JumpClock implements Clock {
  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    this.time += Math.max(0, milliseconds);
    return Promise.resolve();
  }
}

interface Link {
  readonly time: number;
  /** When the data plane acts on it. */
  readonly live: number;
  readonly hub: 'this' | 'other';
  /** The key, as text, that the link was made with. */
  readonly key: string;
  readonly visible: number;
}

export interface Call {
  readonly time: number;
  readonly through: Link | undefined;
  readonly accepted: boolean;
  /** When the metrics show that the hub accepted it, and that the push service took it. */
  readonly visible: { readonly incoming: number; readonly delivered: number };
}

/**
 * Azure on a clock without waiting: one Communication Services resource, one hub, one rule; links that become live
 * at a random time within the window, metrics and an activity log that lag. It knows the truth that the engine has
 * to find out.
 */
export class SimulatedAzure implements AzureReader, HubClient {
  requests = 0;
  readonly asked: { readonly time: number; readonly what: string }[] = [];
  /** Requests to the hub's data plane. */
  hubRequests = 0;
  readonly links: Link[] = [];
  readonly calls: Call[] = [];
  /** When each was sent, and when the metrics show what became of it. */
  readonly probes: { readonly time: number; readonly visible: number }[] = [];
  readonly keys: Record<KeyName, string> = { primary: 'p-1', secondary: 's-1' };
  readonly keysBorn: number;
  private readonly began: number;
  private generation = 1;
  private readonly regenerations: { time: number; visible: number }[] = [];
  private readonly counts: { name: string; minute: number; visible: number }[] = [];
  /** Called when a key dies, before it does. */
  onRegenerate: (deadKey: string) => void = () => undefined;
  /** Throws to refuse a request. */
  fault: (what: string) => void = () => undefined;

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly random: () => number,
    private readonly options: {
      readonly createdAt: number;
      readonly keysBorn: number;
      /** Milliseconds by which Azure is ahead of the machine. */
      readonly skew?: number;
      /** How many times faster than the machine's clock Azure's runs. @default 1 */
      readonly speed?: number;
      readonly metricLag?: () => number;
      readonly logLag?: () => number;
    },
  ) {
    this.keysBorn = options.keysBorn;
    this.began = clock.now();
  }

  get requestTimes(): number[] {
    return this.asked.map(({ time }) => time);
  }

  get time(): number {
    const { skew = 0, speed = 1 } = this.options;
    return this.clock.now() + skew + (this.clock.now() - this.began) * (speed - 1);
  }

  /** Azure tells its time in whole seconds. */
  azureNow(): number | undefined {
    return this.requests === 0 ? undefined : Math.floor(this.time / 1000) * 1000;
  }

  link(hub: 'this' | 'other', key: string, propagation: number, time = this.time): Link {
    const made: Link = { time, live: time + propagation, hub, key, visible: time + this.logLag() };
    this.links.push(made);
    return made;
  }

  /** Every link that the data plane may be acting on at that time, whatever was drawn for it. */
  possibleLinks(time: number): Link[] {
    const made = this.links.filter((link) => link.time <= time);
    const last = made.filter((link) => link.time + WINDOW <= time).at(-1);
    return made.filter((link) => link === last || link.time + WINDOW > time);
  }

  place(time: number): Call {
    const through = this.links
      .filter((link) => link.live <= time)
      .reduce<Link | undefined>(
        (newest, link) => (newest && newest.time > link.time ? newest : link),
        undefined,
      );
    const accepted = through?.hub === 'this' && Object.values(this.keys).includes(through.key);
    const visible = { incoming: time + this.metricLag(), delivered: time + this.metricLag() };
    if (accepted) {
      this.count('incoming', time, visible.incoming);
      this.count('outgoing.apns.success', time, visible.delivered);
    } else if (through?.hub === 'this') this.count('incoming.all.failedrequests', time, visible.incoming);
    const call = { time, through, accepted, visible };
    this.calls.push(call);
    return call;
  }

  get(id: string, _apiVersion?: string, _signal?: AbortSignal): Promise<ArmResource | undefined> {
    this.arrive(`GET ${id}`);
    const last = this.links.at(-1);
    const properties: Record<string, Record<string, unknown>> = {
      [ACS_ID]: {
        provisioningState: 'Succeeded',
        hostName: 'acs-app.europe.communication.azure.com',
        ...(last
          ? { notificationHubId: last.hub === 'this' ? HUB_ID.toUpperCase() : `${HUB_ID}-other` }
          : {}),
      },
      [HUB_ID]: {},
      [RULE_ID]: { rights: ['Send'], createdTime: new Date(this.keysBorn).toISOString() },
    };
    const found = properties[id];
    if (!found) return Promise.resolve(undefined);
    const createdAt = id === ACS_ID ? { createdAt: this.options.createdAt } : {};
    return Promise.resolve({ id, properties: found, ...createdAt });
  }

  query(
    path: string,
    _apiVersion: string,
    query: Readonly<Record<string, string>>,
    _signal?: AbortSignal,
  ): Promise<unknown> {
    this.arrive(`GET ${path}`);
    return Promise.resolve(
      path.endsWith('/metrics') ? this.readMetrics(query) : this.readActivityLog(query.$filter ?? ''),
    );
  }

  act(
    id: string,
    action: string,
    _apiVersion: string,
    body?: unknown,
    _signal?: AbortSignal,
  ): Promise<unknown> {
    this.arrive(`POST ${id}/${action}`);
    switch (action) {
      case 'pnsCredentials':
        return Promise.resolve({
          properties: {
            apnsCredential: {
              properties: {
                token: 'apns-token',
                keyId: 'K',
                appId: 'T',
                appName: 'com.example.app',
                endpoint: 'https://api.push.apple.com:443/3/device',
              },
            },
          },
        });
      case 'listKeys':
        return Promise.resolve(this.connectionStrings());
      case 'regenerateKeys': {
        const name: KeyName =
          (body as { policyKey: string }).policyKey === 'PrimaryKey' ? 'primary' : 'secondary';
        this.onRegenerate(this.keys[name]);
        this.generation++;
        this.keys[name] = `${name[0]}-${this.generation}`;
        this.regenerations.push({ time: this.time, visible: this.time + this.logLag() });
        return Promise.resolve(this.connectionStrings());
      }
      case 'linkNotificationHub': {
        const key = /SharedAccessKey=(.*)$/.exec(
          (body as { connectionString: string }).connectionString,
        )?.[1];
        this.link('this', key ?? '', this.random() * WINDOW);
        return Promise.resolve({ resourceId: HUB_ID });
      }
      default:
        return Promise.resolve(undefined);
    }
  }

  send(connection: HubConnection, _hub: string, platform: PushPlatform): Promise<SendAnswer> {
    this.hubRequests++;
    if (!Object.values(this.keys).includes(connection.key))
      return this.refuse().then((status) => ({ status }));
    const visible = this.time + this.metricLag();
    this.probes.push({ time: this.time, visible });
    this.count('incoming', this.time, visible);
    this.count(`outgoing.${platform.toLowerCase()}.badchannel`, this.time, visible);
    return Promise.resolve({ status: 201 });
  }

  /** A namespace below the Standard tier tells nothing. */
  outcomes(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  listen(): Promise<number> {
    this.hubRequests++;
    return this.refuse();
  }

  manage(): Promise<number> {
    this.hubRequests++;
    return this.refuse();
  }

  private refuse(): Promise<number> {
    this.count('incoming.all.failedrequests', this.time, this.time + this.metricLag());
    return Promise.resolve(401);
  }

  private arrive(what: string): void {
    this.requests++;
    this.asked.push({ time: this.time, what });
    this.fault(what);
  }

  private metricLag(): number {
    return (this.options.metricLag ?? (() => (1 + 4 * this.random()) * MINUTE))();
  }

  private logLag(): number {
    return (this.options.logLag ?? (() => this.random() * 3 * MINUTE))();
  }

  private count(name: string, time: number, visible: number): void {
    this.counts.push({ name, minute: Math.floor(time / MINUTE) * MINUTE, visible });
  }

  private readMetrics(query: Readonly<Record<string, string>>): unknown {
    const [from, to] = (query.timespan ?? '').split('/').map((time) => Date.parse(time));
    const names = (query.metricnames ?? '').split(',');
    return {
      value: names.map((name) => {
        const minutes = new Map<number, number>();
        for (const count of this.counts) {
          if (count.name !== name || count.visible > this.time) continue;
          if (count.minute < (from ?? 0) || count.minute > (to ?? 0)) continue;
          minutes.set(count.minute, (minutes.get(count.minute) ?? 0) + 1);
        }
        const data = [...minutes].map(([minute, total]) => ({
          timeStamp: new Date(minute).toISOString(),
          total,
        }));
        return { name: { value: name }, timeseries: [{ data }] };
      }),
    };
  }

  private readActivityLog(filter: string): unknown {
    const shown = (events: readonly { time: number; visible: number }[], operation: string, id: string) =>
      filter.includes(`'${id}'`)
        ? events
            .filter(({ visible }) => visible <= this.time)
            .map(({ time }) => ({
              eventTimestamp: new Date(time).toISOString(),
              operationName: { value: operation },
              status: { value: 'Succeeded' },
              resourceId: id,
              caller: 'somebody',
            }))
        : [];
    return {
      value: [
        ...shown(this.links, LINK_OPERATION, ACS_ID),
        ...shown(this.regenerations, REGENERATE_OPERATION, RULE_ID),
      ],
    };
  }

  private connectionStrings(): Record<string, string> {
    const of = (key: string) =>
      `Endpoint=sb://nhns-app.servicebus.windows.net/;SharedAccessKeyName=acs-send;SharedAccessKey=${key}`;
    return {
      primaryConnectionString: of(this.keys.primary),
      secondaryConnectionString: of(this.keys.secondary),
    };
  }
}

export function networkDown(): never {
  throw new AzureError('network', 'cannot read: connect ECONNREFUSED');
}

export function throttled(retryAfter: number): never {
  throw new AzureError('throttled', 'cannot read: 429', { status: 429, retryAfter });
}
