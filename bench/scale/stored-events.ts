import type { Clock, Log, ProcessedEvents } from '../../relay/ports';
import { StoredEvents } from '../../relay/storage/processed-events';
import type { SimulatedTables } from '../../test/support/simulated-tables';

/** What one instance of the relay remembers events by: its own storage code, in a simulated account. */
export function storedEvents(
  account: SimulatedTables,
  shards: number,
  clock: Clock,
  log: Log,
): ProcessedEvents {
  const credential = {
    getToken: () => Promise.resolve({ token: 'token', expiresOnTimestamp: clock.now() + 3_600_000 }),
  };
  return new StoredEvents(
    { name: 'scale', httpClient: account, credential, clock },
    { prefix: 'scale', shards, clock, log },
  );
}
