import { createHttpHeaders, createPipelineRequest, type HttpMethods } from '@azure/core-rest-pipeline';
import { TransientError } from '../../relay/errors';
import { Transport, type HttpRequest, type HttpResponse } from '../../relay/http';
import type { Clock, Log, ProcessedEvents, Slot } from '../../relay/ports';
import { StoredEvents } from '../../relay/storage/processed-events';
import { Storage } from '../../relay/storage/storage';
import type { SimulatedTables } from '../../test/support/simulated-tables';

/** Partitions of one table. */
const SHARDS = 4;
/** First characters of keys that lie in each of them. */
const FIRST = ['D', 'A', 'B', 'C'];

/**
 * What one instance of the relay remembers events by: its own storage code, in a simulated account, with so many
 * partitions. With {@link SHARDS} it is as it is in Azure; with others each slot is put where it would be if they were
 * alike, above in several tables.
 */
export function storedEvents(
  account: SimulatedTables,
  partitions: number,
  clock: Clock,
  log: Log,
): ProcessedEvents {
  const storage = new Storage(
    'scale',
    { token: () => Promise.resolve('token') },
    new SimulatedTransport(account),
    clock,
  );
  const tables = Array.from(
    { length: Math.ceil(partitions / SHARDS) },
    (_, i) => new StoredEvents(storage, `scale${i}x`, clock, log),
  );
  if (partitions === SHARDS) return tables[0]!;
  const place = (slot: Slot) => {
    const partition = Buffer.from(slot.key, 'base64url').readUInt32BE(0) % partitions;
    const events = tables[Math.floor(partition / SHARDS)]!;
    return { events, slot: { ...slot, key: FIRST[partition % SHARDS]! + slot.key } };
  };
  return {
    claim: (given) => {
      const { events, slot } = place(given);
      return events.claim(slot);
    },
    finish: (given) => {
      const { events, slot } = place(given);
      return events.finish(slot);
    },
    release: (given, token, sent) => {
      const { events, slot } = place(given);
      return events.release(slot, token, sent);
    },
  };
}

/** Requests go to the simulated account in place of a network. */
class SimulatedTransport extends Transport {
  constructor(private readonly account: SimulatedTables) {
    super({});
  }

  override async send({ method, url, headers, body, timeoutMs }: HttpRequest): Promise<HttpResponse> {
    const request = createPipelineRequest({
      method: method as HttpMethods,
      url,
      headers: createHttpHeaders(headers as Record<string, string>),
      body,
      timeout: timeoutMs,
    });
    try {
      const answer = await this.account.sendRequest(request);
      return { status: answer.status, headers: answer.headers.toJSON(), body: answer.bodyAsText ?? '' };
    } catch (error) {
      throw new TransientError((error as Error).message);
    }
  }
}
