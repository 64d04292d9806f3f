import type { AzurermResource } from './resource';
import { IdFormat } from './resource-ids';
import { requireOneOf } from './validation';

const API_VERSION = '2020-05-01';
const IDS = new IdFormat('ScopedLock', '{scope}/providers/Microsoft.Authorization/locks/{name}');

/** A lock that Azure holds. Every change of it makes another. */
export const managementLock: AzurermResource = {
  isAwaited: true,
  forceNew: ['name', 'scope', 'lock_level', 'notes'],

  validate(config) {
    requireOneOf(config, 'lock_level', ['CanNotDelete', 'ReadOnly']);
  },

  ids: IDS,

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    const properties = { level: planned['lock_level'], notes: planned['notes'] ?? '' };
    await client.arm('PUT', id, API_VERSION, { body: { properties }, signal });
  },

  async read(id, state, { client, signal }) {
    const lock = await client.get(id, API_VERSION, { signal });
    if (!lock) return undefined;
    const { level, notes } = lock.properties as { level: string; notes?: string };
    return { ...IDS.parse(id), lock_level: level, notes: notes || (state['notes'] ?? null) };
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
    await client.poll(signal, async () => (await client.get(id, API_VERSION, { signal })) === undefined);
  },
};
