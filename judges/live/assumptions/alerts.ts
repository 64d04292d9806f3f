import { randomUUID } from 'node:crypto';
import type { Assumption } from '../assumption';
import { pushingHub, workspace } from '../scenery';
import { VERSIONS } from '../versions';
import { requireTaken, said, taken, type World } from '../world';

/** A rule that Azure takes is deleted with the group, and billed by the month in parts: less than a cent. */
async function metricAlert(
  world: World,
  name: string,
  changes: { criteria?: object[]; scopes?: string[]; actions?: object[] },
): Promise<string> {
  const scopes = changes.scopes ?? [await pushingHub(world, 'watched')];
  const id = world.id(`Microsoft.Insights/metricAlerts/${world.name(name)}`);
  const answer = await world.put(id, VERSIONS.metricAlerts, {
    location: 'global',
    properties: {
      severity: 3,
      enabled: false,
      scopes,
      evaluationFrequency: 'PT5M',
      windowSize: 'PT5M',
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
        allOf: changes.criteria ?? [criterion(0)],
      },
      actions: changes.actions ?? [],
      ...(scopes.length > 1
        ? {
            targetResourceType: 'Microsoft.NotificationHubs/namespaces/notificationHubs',
            targetResourceRegion: world.location,
          }
        : {}),
    },
  });
  await world.arm('DELETE', id, VERSIONS.metricAlerts);
  return taken(answer);
}

function criterion(index: number, timeAggregation = 'Total'): object {
  return {
    criterionType: 'StaticThresholdCriterion',
    name: `criterion-${index}`,
    metricName: 'incoming',
    operator: 'GreaterThan',
    threshold: 1_000_000 + index,
    timeAggregation,
  };
}

async function queryRule(world: World, name: string, changes: object): Promise<string> {
  const scope = await workspace(world, 'queried');
  const id = world.id(`Microsoft.Insights/scheduledQueryRules/${world.name(name)}`);
  const answer = await world.put(id, VERSIONS.queryRules, {
    location: world.location,
    properties: {
      severity: 3,
      enabled: false,
      scopes: [scope],
      evaluationFrequency: 'PT15M',
      windowSize: 'PT15M',
      skipQueryValidation: true,
      criteria: { allOf: [condition()] },
      ...changes,
    },
  });
  await world.arm('DELETE', id, VERSIONS.queryRules);
  return taken(answer);
}

function condition(): object {
  return { query: 'AzureActivity', timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 };
}

/** Sources of workbooks are ids in small letters. */
function workbookBody(world: World, source: string): object {
  return {
    location: world.location,
    kind: 'shared',
    properties: {
      displayName: 'live check',
      category: 'workbook',
      sourceId: source.toLowerCase(),
      serializedData: '{"version":"Notebook/1.0","items":[]}',
    },
  };
}

/** Alerts and workbooks. */
export const alerts: readonly Assumption[] = [
  {
    id: 'metric-alerts',
    behaviour:
      'A metric alert takes the aggregations that the table of its metrics names, five criteria at most, and one resource, except for key vaults',
    doubt:
      'the tables call them defaults; the portal offers more for some metrics. Several resources in one rule are documented for a list of types',
    call: '`PUT {group}/providers/Microsoft.Insights/metricAlerts/{name}?api-version=2018-03-01` on `incoming` of a hub with `timeAggregation: Average`, with six criteria, with two hubs as `scopes`: status of each',
    kit: {
      async settle(world) {
        const six = Array.from({ length: 6 }, (_, index) => criterion(index));
        const two = [await pushingHub(world, 'watched'), await pushingHub(world, 'watched-too')];
        requireTaken('a plain metric alert', await metricAlert(world, 'plain', {}));
        const average = await metricAlert(world, 'average', { criteria: [criterion(0, 'Average')] });
        const criteria = await metricAlert(world, 'six', { criteria: six });
        const resources = await metricAlert(world, 'two', { scopes: two });
        return `another aggregation ${average}, six criteria ${criteria}, two hubs ${resources}`;
      },
    },
  },
  {
    id: 'log-alerts',
    behaviour:
      'A log search alert has one condition and a window no shorter than its frequency; without `failingPeriods` one period of one; `overrideQueryTimeRange` no shorter than the window times the periods',
    doubt: 'the model has a list of conditions; what Azure says to others is not written',
    call: '`PUT {group}/providers/Microsoft.Insights/scheduledQueryRules/{name}?api-version=2021-08-01` with two conditions, with a window of 5 minutes and a frequency of 15, with an `overrideQueryTimeRange` below the window: status of each',
    kit: {
      async settle(world) {
        requireTaken('a plain log search alert', await queryRule(world, 'plain', {}));
        const two = await queryRule(world, 'two-conditions', {
          criteria: { allOf: [condition(), condition()] },
        });
        const short = await queryRule(world, 'short-window', { windowSize: 'PT5M' });
        const range = await queryRule(world, 'short-range', {
          windowSize: 'PT1H',
          overrideQueryTimeRange: 'PT30M',
        });
        return `two conditions ${two}, a short window ${short}, a short range ${range}`;
      },
    },
  },
  {
    id: 'queries-are-not-read',
    behaviour: 'Queries of log search alerts are not read: a misspelt table is found by Azure alone',
    doubt: 'whether Azure finds it at once depends on `skipQueryValidation` and on what the workspace has',
    call: '`PUT {group}/providers/Microsoft.Insights/scheduledQueryRules/{name}?api-version=2021-08-01` with a query of a table that is not there, without `skipQueryValidation`: status',
    kit: {
      settle: (world) =>
        queryRule(world, 'misspelt', {
          skipQueryValidation: false,
          criteria: { allOf: [{ ...condition(), query: 'NoSuchTable_CL' }] },
        }),
    },
  },
  {
    id: 'targets-of-alerts-exist',
    behaviour: 'Action groups that an alert names, and what a workbook belongs to, have to be there',
    doubt: 'their absence may be found later',
    call: '`PUT {group}/providers/Microsoft.Insights/metricAlerts/{name}?api-version=2018-03-01` with an action group that is not there, and `PUT {group}/providers/Microsoft.Insights/workbooks/{GUID}?api-version=2022-04-01` with such a `sourceId`: status of each',
    kit: {
      async settle(world) {
        const actionGroupId = world.id('Microsoft.Insights/actionGroups/not-there');
        requireTaken('an alert that tells nobody', await metricAlert(world, 'untold', {}));
        const alert = await metricAlert(world, 'nobody-told', { actions: [{ actionGroupId }] });
        const make = async (source: string) => {
          const id = world.id(`Microsoft.Insights/workbooks/${randomUUID()}`);
          return taken(await world.put(id, VERSIONS.workbooks, workbookBody(world, source)));
        };
        requireTaken('a workbook', await make(await workspace(world, 'shown')));
        const workbook = await make(world.id('Microsoft.OperationalInsights/workspaces/not-there'));
        return `a missing action group ${alert}, a missing source ${workbook}`;
      },
    },
  },
  {
    id: 'titles-of-workbooks',
    behaviour: 'A second workbook of one title on one source is refused (409)',
    doubt: 'seen in 2020 (MicrosoftDocs/azure-docs#52844)',
    call: '`PUT {group}/providers/Microsoft.Insights/workbooks/{GUID}?api-version=2022-04-01` twice under two GUIDs, with the same `displayName` and `sourceId`: status of the second',
    kit: {
      async settle(world) {
        const source = await workspace(world, 'drawn');
        const make = () =>
          world.put(
            world.id(`Microsoft.Insights/workbooks/${randomUUID()}`),
            VERSIONS.workbooks,
            workbookBody(world, source),
          );
        const first = await make();
        if (first.status >= 400) return `the first is refused: ${said(first)}`;
        return taken(await make());
      },
    },
  },
];
