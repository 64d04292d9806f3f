import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { Installations } from '../../../relay/devices/installations';
import { Registrations } from '../../../relay/devices/registrations';
import type { RegistrationRules } from '../../../relay/devices/upkeep';
import { DeviceRegistry } from '../../../relay/devices/registry';
import { Sweep } from '../../../relay/devices/sweep';
import { Hub } from '../../../relay/hub';
import { NoAnswer, PlainHeaders, type HttpRequest, type Transport } from '../../../relay/http';
import type { Clock, Log } from '../../../relay/ports';
import type { SendKey } from '../../../relay/send-key';
import { Storage } from '../../../relay/storage/storage';

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
  readonly storage: Storage;
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
      send: async ({ method, url, headers, body = '' }: HttpRequest) => {
        const { pathname, search } = new URL(url);
        const all = headers as Record<string, string>;
        const answer = await ask({ service: 'table', method, path: pathname + search, headers: all, body });
        return { status: answer.status, headers: answer.headers ?? {}, body: answer.body ?? '' };
      },
      sdkClient: {
        sendRequest: async (request: PipelineRequest): Promise<PipelineResponse> => {
          const { hostname, pathname } = new URL(request.url);
          const answer = await ask({
            service: hostname.startsWith('voip') ? 'voip' : 'alert',
            method: request.method,
            path: pathname,
            headers: {},
            body: String(request.body ?? ''),
          });
          const bodyAsText = answer.body ?? '';
          return {
            request,
            status: answer.status,
            headers: new PlainHeaders(answer.headers ?? {}),
            bodyAsText,
          };
        },
      },
    } as unknown as Transport;
    const identity = { token: () => Promise.resolve('token') };
    const storage = new Storage('pretend', identity, transport, this.clock);
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
    for (let turns = 1 + Math.floor(this.random() * most); turns > 0; turns--) {
      await new Promise((resolve) => setImmediate(resolve));
    }
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
    if (path === '/$batch') return this.batch(body);
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
        ? { status: 200, headers: { etag: row.etag }, body: JSON.stringify(row.entity) }
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

  /** All of the changes, or none: the first that cannot be made is told by its place. */
  private batch(body: string): Answer {
    const before = new Map(this.rows);
    const parts = body.split(/--changeset_[^\r]*\r\n/).slice(1);
    const changes = parts.filter((part) => part.includes(' HTTP/1.1\r\n'));
    for (const [place, part] of changes.entries()) {
      const request = part.slice(part.indexOf('\r\n\r\n') + 4);
      const [head, ...rest] = request.split('\r\n\r\n');
      const [, method, url] = /^(\w+) (\S+) HTTP/.exec(head!)!;
      const { status } = this.table({
        service: 'table',
        method: method!,
        path: new URL(url!).pathname,
        headers: { 'if-match': /^if-match: (.*)$/im.exec(head!)?.[1] ?? '' },
        body: rest.join('').trim(),
      });
      if (status < 300) continue;
      this.rows.clear();
      for (const [key, row] of before) this.rows.set(key, row);
      const error = JSON.stringify({ 'odata.error': { message: { value: `${place}:no` } } });
      return { status: 202, body: `HTTP/1.1 ${status} No\r\n\r\n${error}\r\n--changesetresponse--` };
    }
    return { status: 202, body: 'HTTP/1.1 204 No Content\r\n' };
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
