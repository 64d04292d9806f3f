import type { AzureReader } from './azure';
import { INCOMING, MINUTE, MetricTable, readCounts, REFUSED } from './metrics';

const HOUR = 60 * MINUTE;

/** How far back refusals are looked for, milliseconds. Azure keeps metrics for 93 days and charts 30 at once. */
const LOOK_BACK = 30 * 24 * HOUR;

/** Hours that are looked into minute by minute. Those with a probe of this tool need it: it leaves both kinds. */
const MOST_HOURS = 8;

const NAMES = [INCOMING, REFUSED];

/**
 * Reads what the hub accepted and refused before the minutes that are known already, as far back as something tells
 * which came last: from hours with both kinds each minute goes into the table, from the first hour with one kind that
 * hour, as if it were its first minute.
 * @param until start of the oldest minute that is known
 * @returns from when on the table is complete as to what came last, milliseconds since the epoch
 * @throws AzureError
 */
export async function readRefusalHistory(
  azure: AzureReader,
  hubId: string,
  until: number,
  table: MetricTable,
  signal?: AbortSignal,
): Promise<number> {
  const from = Math.floor((until - LOOK_BACK) / HOUR) * HOUR;
  const hours = new MetricTable();
  await readCounts(azure, hubId, NAMES, { from, to: until, interval: 'PT1H' }, hours, signal);
  const busy = new Set([...hours.minutes(INCOMING, from), ...hours.minutes(REFUSED, from)]);
  let looked = 0;
  for (const hour of [...busy].sort((a, b) => b - a)) {
    const [accepted, refused] = [hours.count(INCOMING, hour), hours.count(REFUSED, hour)];
    if (accepted > 0 && refused > 0) {
      if (looked++ === MOST_HOURS) return hour + HOUR;
      const to = Math.min(hour + HOUR, until);
      await readCounts(azure, hubId, NAMES, { from: hour, to, interval: 'PT1M' }, table, signal);
      continue;
    }
    table.note(accepted > 0 ? INCOMING : REFUSED, hour, accepted + refused);
    return hour;
  }
  return from;
}
