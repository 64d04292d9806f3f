import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { Installations } from '../../../relay/devices/installations';
import { Registrations } from '../../../relay/devices/registrations';
import type { RegistrationRules } from '../../../relay/devices/upkeep';
import { DeviceRegistry } from '../../../relay/devices/registry';
import { Sweep } from '../../../relay/devices/sweep';
import { Hub } from '../../../relay/hub';
import { PlainHeaders } from '../../../relay/connections/headers';
import { NoAnswer, type Transport } from '../../../relay/http';
import type { Clock, Log } from '../../../relay/ports';
import type { SendKey } from '../../../relay/send-key';
import { storageAccount, type StorageAccount } from '../../../relay/storage/account';

/**
 * How a request ends: refused by the service (503, 429), without an answer, carried out with its answer lost, or the same
 * and not carried out at once but within 80 seconds.
 */
export type Fault = 'refused' | 'throttled' | 'unanswered' | 'lost' | 'late';

export interface Asked {
  readonly service: 'table' | 'alert' | 'voip';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Row {
  readonly etag: string;
  readonly entity: Record<string, any>;
}

/** One of the relay's processes. */
export interface PretendProcess {
  readonly registrations: Registrations;
  readonly registry: DeviceRegistry;
  readonly storage: StorageAccount;
  readonly sweep: Sweep;
  /** Resolves when it is killed. */
  readonly killed: Promise<'killed'>;
  /** Kills it at that request, counted from 1, which is carried out before or not. */
  killAt(request: number, carriedOut: boolean): void;
  /** How many requests it made. */
  requests(): number;
}

/**
 * A table and two hubs in memory, for a look at every order in which things may happen: what is asked of them is carried
 * out at once, and answered in an order of the test's choosing. Time goes by when somebody waits.
 */
export class PretendAzure {
  now = Date.parse('2026-01-01T00:00:00Z');
  readonly hubs = { alert: new Map<string, any>(), voip: new Map<string, any>() };
  readonly rows = new Map<string, Row>();
  /** Asked of each request before it is carried out. */
  fault: (asked: Asked) => Fault | undefined = () => undefined;
  /** Called after each request that was carried out. */
  after: (asked: Asked) => void = () => undefined;
  private changes = 0;

  readonly clock: Clock = {
    now: () => this.now,
    sleep: async (milliseconds) => {
      this.now += milliseconds;
      await this.turn();
    },
  };

  constructor(
    private readonly random: () => number = () => 0,
    private readonly rules: RegistrationRules = { maxPerUser: 20, lifetimeDays: 60 },
  ) {}

  /**
   * A process of its own: nothing of what another one has in memory is known to it.
   *
   * @param voip whether it has a rule of the VoIP hub
   */
  process(voip = true): PretendProcess {
    let made = 0;
    let kill = { at: Infinity, carriedOut: false };
    let ended: (how: 'killed') => void;
    const killed = new Promise<'killed'>((resolve) => (ended = resolve));
    const ask = async (asked: Asked): Promise<Answer> => {
      made++;
      await this.turn();
      if (made >= kill.at) {
        if (made === kill.at && kill.carriedOut) this.carryOut(asked);
        ended('killed');
        return new Promise<never>(() => undefined);
      }
      return this.answer(asked);
    };
    const transport = {
      sdkClient: {
        sendRequest: async (request: PipelineRequest): Promise<PipelineResponse> => {
          const { hostname, pathname, search } = new URL(request.url);
          const service = hostname.includes('.table.')
            ? 'table'
            : hostname.startsWith('voip')
              ? 'voip'
              : 'alert';
          const answer = await ask({
            service,
            method: request.method,
            path: service === 'table' ? pathname + search : pathname,
            headers: request.headers.toJSON(),
            body: String(request.body ?? ''),
          });
          return {
            request,
            status: answer.status,
            headers: new PlainHeaders({ 'content-type': 'application/json', ...answer.headers }),
            bodyAsText: answer.body ?? '',
          };
        },
      },
    } as unknown as Transport;
    const credential = {
      getToken: () => Promise.resolve({ token: 'token', expiresOnTimestamp: Number.POSITIVE_INFINITY }),
    };
    const storage = storageAccount('pretend', { transport, credential, clock: this.clock });
    const registry = new DeviceRegistry(storage, 'devices', this.clock);
    const hub = (name: 'alert' | 'voip') => {
      const key = { endpoint: `https://${name}.example`, ruleName: 'devices', key: 'key' };
      const sendKey = { get: () => Promise.resolve([key]), after: () => Promise.resolve({ keys: [key] }) };
      const rule = { id: name, namespace: name, hub: 'hub', rule: 'devices' };
      return new Hub(rule, sendKey as unknown as SendKey, transport, this.clock);
    };
    const installations = new Installations(hub('alert'), voip ? hub('voip') : undefined, ['en', 'de']);
    const registrations = new Registrations(installations, registry, this.rules, this.clock);
    return {
      registrations,
      registry,
      storage,
      sweep: new Sweep(registrations.upkeep!, registry, this.clock),
      killed,
      killAt: (at, carriedOut) => (kill = { at: made + at, carriedOut }),
      requests: () => made,
    };
  }

  /** Another one in the same state. */
  copy(): PretendAzure {
    const copy = new PretendAzure(this.random, this.rules);
    copy.now = this.now;
    copy.changes = this.changes;
    for (const hub of ['alert', 'voip'] as const) {
      for (const [id, found] of this.hubs[hub]) copy.hubs[hub].set(id, structuredClone(found));
    }
    for (const [key, row] of this.rows) copy.rows.set(key, row);
    return copy;
  }

  /** Which installations of a hub have a handle. */
  holders(hub: 'alert' | 'voip', handle: string): string[] {
    return [...this.hubs[hub].values()]
      .filter(
        ({ pushChannel }) => (pushChannel.endpoint ?? pushChannel).toLowerCase() === handle.toLowerCase(),
      )
      .map(({ installationId }) => installationId as string);
  }

  /** Whose pushes arrive at a handle: tags of users. */
  readers(hub: 'alert' | 'voip', handle: string): string[] {
    return this.holders(hub, handle).flatMap((id) =>
      (this.hubs[hub].get(id).tags as string[]).filter((tag) => tag.startsWith('user')),
    );
  }

  /** Rows of the table whose partition begins so. */
  partition(prefix: string): Row['entity'][] {
    return [...this.rows.values()]
      .map(({ entity }) => entity)
      .filter(({ PartitionKey }) => PartitionKey.startsWith(prefix));
  }

  /** Puts a row into the table as something else than this relay does. */
  putRow(entity: Record<string, unknown>): void {
    this.store(entity);
  }

  private async turn(): Promise<void> {
    // Some requests take so long that others can do all of their work meanwhile.
    const most = this.random() > 0.9 ? 200 : 6;
    await this.turns(1 + Math.floor(this.random() * most));
  }

  /** Lets all others go on so many times. */
  protected async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  private answer(asked: Asked): Answer {
    const fault = this.fault(asked);
    if (fault === 'refused') return { status: 503 };
    if (fault === 'throttled') return { status: 429, headers: { 'retry-after': '120' } };
    if (fault === 'late') void this.clock.sleep(this.random() * 80_000).then(() => this.carryOut(asked));
    if (fault === 'unanswered' || fault === 'late') throw new NoAnswer('no answer');
    const answer = this.carryOut(asked);
    if (fault === 'lost') throw new NoAnswer('no answer');
    return answer;
  }

  carryOut(asked: Asked): Answer {
    const answer = asked.service === 'table' ? this.table(asked) : this.hub(asked, this.hubs[asked.service]);
    this.after(asked);
    return answer;
  }

  private hub({ method, path, body }: Asked, all: Map<string, any>): Answer {
    const id = path.split('/').pop()!;
    const found = all.get(id);
    switch (method) {
      case 'GET':
        return found ? { status: 200, body: JSON.stringify(found) } : { status: 404 };
      case 'PUT':
        all.set(id, JSON.parse(body));
        return { status: 200 };
      case 'PATCH': {
        if (!found) return { status: 404 };
        const [{ path: tag }] = JSON.parse(body) as [{ path: string }];
        found.tags = found.tags.filter((one: string) => one !== tag.slice('/tags/'.length));
        return { status: 200 };
      }
      default:
        all.delete(id);
        return { status: 204 };
    }
  }

  private table({ method, path, headers, body }: Asked): Answer {
    if (path === '/Tables') return { status: 204 };
    const decoded = decodeURIComponent(path);
    if (decoded.includes('$filter=')) return this.query(decoded.split('$filter=')[1]!);
    if (method === 'POST') {
      const entity = JSON.parse(body) as Row['entity'];
      if (this.rows.has(keyOf(entity))) return { status: 409 };
      return this.store(entity);
    }
    const [, PartitionKey, RowKey] = /\(PartitionKey='(.*)',RowKey='(.*)'\)/.exec(decoded)!;
    const key = keyOf({ PartitionKey, RowKey });
    const row = this.rows.get(key);
    if (method === 'GET') {
      return row
        ? { status: 200, body: JSON.stringify({ ...row.entity, 'odata.etag': row.etag }) }
        : { status: 404, body: '{}' };
    }
    if (method === 'PATCH') return this.store({ ...row?.entity, ...(JSON.parse(body) as object) });
    if (!row) return { status: 404, body: '{}' };
    const match = headers['if-match'];
    if (match !== '*' && match !== row.etag) return { status: 412 };
    if (method === 'PUT') return this.store(JSON.parse(body) as Row['entity']);
    this.rows.delete(key);
    return { status: 204 };
  }

  private store(entity: Row['entity']): Answer {
    const etag = `"${++this.changes}"`;
    const Timestamp = `2026-${String(this.changes).padStart(8, '0')}`;
    this.rows.set(keyOf(entity), { etag, entity: { ...entity, Timestamp } });
    return { status: 204 };
  }

  private query(filter: string): Answer {
    const terms = filter.split(' and ').map((term) => {
      const [, name, operator, value] = /^(\w+) (eq|gt|le) '(.*)'$/.exec(term)!;
      return (entity: Row['entity']) => {
        const own = String(entity[name!] ?? '');
        return operator === 'eq' ? own === value : operator === 'gt' ? own > value! : own <= value!;
      };
    });
    const found = [...this.rows.values()]
      .filter(({ entity }) => terms.every((holds) => holds(entity)))
      .map(({ entity, etag }) => ({ ...entity, 'odata.etag': etag }))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return { status: 200, body: JSON.stringify({ value: found }) };
  }
}

export const noLog: Log = { write: () => undefined };

function keyOf({ PartitionKey, RowKey }: Record<string, unknown>): string {
  return `${String(PartitionKey)}\n${String(RowKey)}`;
}
