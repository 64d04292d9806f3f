import type { Assumption } from '../assumption';
import { connectionString, hub, policy, pushingHub, sendWhenTaken, workspace } from '../scenery';
import type { Json } from '../requests';
import { VERSIONS } from '../versions';
import { QUESTIONS_A_MINUTE, requireTaken, taken, type World } from '../world';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** `incoming` of a hub since then; undefined while Azure shows none. */
async function incoming(world: World, hubId: string, since: number): Promise<number | undefined> {
  const timespan = `${new Date(since).toISOString()}/${new Date(world.clock.now() + MINUTE).toISOString()}`;
  const query = new URLSearchParams({
    metricnames: 'incoming',
    aggregation: 'Total',
    interval: 'PT1M',
    timespan,
  });
  const answer = await world.arm(
    'GET',
    `${hubId}/providers/Microsoft.Insights/metrics?${query.toString()}`,
    VERSIONS.metrics,
  );
  const [metric] = (answer.json?.value ?? []) as { timeseries?: { data?: { total?: number }[] }[] }[];
  const total = (metric?.timeseries?.[0]?.data ?? []).reduce((sum, point) => sum + (point.total ?? 0), 0);
  return total > 0 ? total : undefined;
}

/** Entries of the activity log of a resource. */
async function entries(world: World, id: string, since: number): Promise<Json[]> {
  const filter = `eventTimestamp ge '${new Date(since).toISOString()}' and resourceUri eq '${id}'`;
  const answer = await world.arm(
    'GET',
    `${world.subscription}/providers/Microsoft.Insights/eventtypes/management/values?$filter=${encodeURIComponent(filter)}`,
    VERSIONS.activityLog,
  );
  return (answer.json?.value ?? []) as Json[];
}

/** Metrics, the activity log, workspaces. */
export const monitor: readonly Assumption[] = [
  {
    id: 'bodies-in-the-activity-log',
    behaviour: 'The activity log does not tell the body of `regenerateKeys`',
    doubt: "other providers' entries have `properties.requestbody`: `requestBodies` plays that",
    call: "`POST {hub}/authorizationRules/{rule}/regenerateKeys?api-version=2023-10-01-preview`, then `GET /subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=eventTimestamp ge '{time}' and resourceUri eq '{rule}'`: `properties.requestbody` of the entry",
    kit: {
      async settle(world) {
        const since = world.clock.now() - 5 * MINUTE;
        const rule = await policy(world, await hub(world, 'logged'), 'Listen', 'Send');
        await world.act(rule, 'regenerateKeys', VERSIONS.notificationHubs, { policyKey: 'PrimaryKey' });
        const found = await world.until(15, async () => {
          const about = (await entries(world, rule, since)).filter((entry) =>
            /regenerateKeys/i.test(JSON.stringify(entry.operationName ?? '')),
          );
          return about.length > 0 ? about : undefined;
        });
        if (!found) return 'no entry within 15 minutes';
        return found.some((entry) => /"requestbody"/i.test(JSON.stringify(entry)))
          ? 'an entry tells the body'
          : 'no entry tells the body';
      },
    },
  },
  {
    id: 'lag-of-the-activity-log',
    behaviour: 'Activity log entries are there at once unless told otherwise',
    doubt: 'they can lag by minutes',
    call: "`GET /subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=eventTimestamp ge '{time}' and resourceUri eq '{hub}'` right after a PUT of the hub: after how long is there an entry?",
    kit: {
      async settle(world) {
        const since = world.clock.now() - MINUTE;
        const target = await hub(world, 'noted');
        const found = await world.until(15, async (question) =>
          (await entries(world, target, since)).length > 0 ? question : undefined,
        );
        if (found === undefined) return 'later than 15 minutes';
        return found === 1 ? 'at once' : 'within 15 minutes';
      },
    },
  },
  {
    id: 'lag-of-metrics',
    behaviour: 'Metrics are 1 to 3 minutes late, and read 0 or nothing until then',
    doubt: 'no official figure exists',
    call: '`POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06`, then `GET {hub}/providers/Microsoft.Insights/metrics?api-version=2018-01-01&metricnames=incoming` every 15 seconds: after how long is it above 0?',
    kit: {
      async settle(world) {
        const target = await pushingHub(world, 'measured');
        const since = world.clock.now() - MINUTE;
        await sendWhenTaken(world, target, await connectionString(world, target, 'Send'), 'apple');
        const found = await world.until(15, async (question) =>
          (await incoming(world, target, since)) === undefined ? undefined : question,
        );
        if (found === undefined) return 'later than 15 minutes';
        return found <= 5 * QUESTIONS_A_MINUTE ? 'within five minutes' : 'within 15 minutes';
      },
    },
  },
  {
    id: 'old-metrics',
    behaviour: 'Metrics older than 93 days have no value; a longer timespan is not refused',
    doubt: "the limit of 30 days is the portal's charts', none is written of the API",
    call: '`GET {hub}/providers/Microsoft.Insights/metrics?api-version=2018-01-01&metricnames=incoming&interval=P1D&timespan={100 days}`: status',
    kit: {
      async settle(world) {
        const target = await hub(world, 'old');
        const now = world.clock.now();
        const timespan = `${new Date(now - 100 * DAY).toISOString()}/${new Date(now).toISOString()}`;
        const query = new URLSearchParams({ metricnames: 'incoming', interval: 'P1D', timespan });
        const path = `${target}/providers/Microsoft.Insights/metrics?${query.toString()}`;
        return `100 days are ${taken(await world.arm('GET', path, VERSIONS.metrics))}`;
      },
    },
  },
  {
    id: 'daily-caps',
    behaviour: 'The daily cap of a workspace is 0.023 GB or more; a cap that is kept with `-1` is none',
    doubt: 'only the latter is written of the API',
    call: '`PUT {group}/providers/Microsoft.OperationalInsights/workspaces/{name}?api-version=2022-10-01` with `workspaceCapping.dailyQuotaGb` of 0.01, and of -1: status of each',
    kit: {
      async settle(world) {
        const id = await workspace(world, 'capped');
        const cap = async (dailyQuotaGb: number) =>
          taken(
            await world.put(id, VERSIONS.workspaces, {
              location: world.location,
              properties: { sku: { name: 'PerGB2018' }, workspaceCapping: { dailyQuotaGb } },
            }),
          );
        requireTaken('a cap of 1 GB', await cap(1));
        return `0.01 GB ${await cap(0.01)}, -1 ${await cap(-1)}`;
      },
    },
  },
];
