import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../../../azure';
import { arm, type Answer } from '../../../support/clients';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-watch`;
const PROVIDERS = `${GROUP}/providers`;
const WORKSPACE = `${PROVIDERS}/Microsoft.OperationalInsights/workspaces/law-watch`;
const COMPONENT = `${PROVIDERS}/Microsoft.Insights/components/appi-watch`;
const ACS = `${PROVIDERS}/Microsoft.Communication/communicationServices/acs-watch`;
const TOPIC = `${PROVIDERS}/Microsoft.EventGrid/systemTopics/egst-watch`;
const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/stwatch`;
const GROUP_ID = `${PROVIDERS}/Microsoft.Insights/actionGroups/ag-watch`;
const MULTIPLE = 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria';
const WORKBOOK = '0b5d3f6a-3f0c-4c1e-9d53-6a3ac41f9a01';

let azure: LocalAzure;
beforeAll(async () => {
  azure = await startLocalAzure();
  const made = [
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' }),
    await arm(azure, 'PUT', WORKSPACE, '2022-10-01', { location: 'westeurope', properties: {} }),
    await arm(azure, 'PUT', COMPONENT, '2020-02-02', { location: 'westeurope', kind: 'web', properties: {} }),
    await arm(azure, 'PUT', ACS, '2025-05-01', {
      location: 'global',
      properties: { dataLocation: 'Europe' },
    }),
    await arm(azure, 'PUT', TOPIC, '2022-06-15', {
      location: 'global',
      properties: { source: ACS, topicType: 'Microsoft.Communication.CommunicationServices' },
    }),
    await arm(azure, 'PUT', ACCOUNT, '2023-05-01', {
      location: 'westeurope',
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      properties: {},
    }),
    await arm(azure, 'PUT', GROUP_ID, '2023-01-01', actionGroup()),
  ];
  expect(made.map(({ status, text }) => (status < 300 ? '' : text)).join('')).toBe('');
});
afterAll(() => azure.close());

function actionGroup(properties: object = {}): object {
  return { location: 'Global', properties: { groupShortName: 'watch', enabled: true, ...properties } };
}

/** The answer's status and message, as one text. */
function told({ status, json }: Answer): string {
  return `${status} ${json?.error?.message ?? ''}`.trim();
}

describe('an action group', () => {
  const put = (properties: object) =>
    arm(azure, 'PUT', `${GROUP_ID}-other`, '2023-01-01', actionGroup(properties));
  const webhook = { name: 'hook', serviceUri: 'https://example.com/alerts' };

  test('keeps receivers, and asks the owners of addresses for nothing', async () => {
    const receivers = {
      emailReceivers: [{ name: 'mail', emailAddress: 'on-call@example.com' }],
      webhookReceivers: [
        { ...webhook, useAadAuth: true, objectId: WORKBOOK, tenantId: WORKBOOK, identifierUri: 'api://hook' },
      ],
    };
    const { json } = await put(receivers);
    expect(json.properties).toMatchObject({
      emailReceivers: [{ name: 'mail', status: 'Enabled' }],
      webhookReceivers: receivers.webhookReceivers,
    });
  });

  test.each<[string, object, string]>([
    ['a short name of 13 characters', { groupShortName: 'thirteenchars' }, "with '12' or less characters"],
    ['no short name', { groupShortName: '' }, 'needs groupShortName'],
    [
      'an address that is none',
      { emailReceivers: [{ name: 'mail', emailAddress: 'on-call' }] },
      'is no e-mail address',
    ],
    [
      'two receivers of one name',
      { emailReceivers: [{ name: 'hook', emailAddress: 'a@b.example' }], webhookReceivers: [webhook] },
      "two receivers of the action group are named 'hook'",
    ],
    ['a webhook without an address', { webhookReceivers: [{ name: 'hook' }] }, 'misses serviceUri'],
    [
      'a webhook with Microsoft Entra ID and no application',
      { webhookReceivers: [{ ...webhook, useAadAuth: true, tenantId: WORKBOOK }] },
      'useAadAuth needs objectId',
    ],
  ])('is refused with %s', async (_, properties, message) => {
    expect(told(await put(properties))).toMatch(/^400 /);
    expect(told(await put(properties))).toContain(message);
  });
});

describe('a metric alert', () => {
  const criterion = (change: object = {}) => ({
    criterionType: 'StaticThresholdCriterion',
    name: 'Metric1',
    metricNamespace: 'Microsoft.EventGrid/systemTopics',
    metricName: 'DeadLetteredCount',
    timeAggregation: 'Total',
    operator: 'GreaterThan',
    threshold: 0,
    dimensions: [],
    ...change,
  });
  const dynamic = (change: object = {}) => ({
    ...criterion({ criterionType: 'DynamicThresholdCriterion', threshold: undefined }),
    alertSensitivity: 'Medium',
    failingPeriods: { numberOfEvaluationPeriods: 4, minFailingPeriodsToAlert: 4 },
    ...change,
  });
  const named = (name: string, value: string) => ({ name, operator: 'Include', values: [value] });
  const put = (properties: object, allOf: object[] = [criterion()], location = 'global') =>
    arm(azure, 'PUT', `${PROVIDERS}/Microsoft.Insights/metricAlerts/in-${location}`, '2018-03-01', {
      location,
      properties: {
        severity: 1,
        enabled: true,
        scopes: [TOPIC],
        evaluationFrequency: 'PT5M',
        windowSize: 'PT15M',
        criteria: { 'odata.type': MULTIPLE, allOf },
        actions: [{ actionGroupId: GROUP_ID }],
        ...properties,
      },
    });

  test('watches several metrics of one resource, by dimensions', async () => {
    const dimensions = [named('EventSubscriptionName', 'relay-calls')];
    const both = [
      criterion({ dimensions }),
      criterion({ name: 'Metric2', metricName: 'DroppedEventCount', dimensions }),
    ];
    const { status, json } = await put({}, both);
    expect([status, json.properties.autoMitigate]).toEqual([200, true]);
    expect(json.properties.criteria.allOf).toEqual(both);
  });

  test('takes one dynamic threshold', async () => {
    expect(told(await put({}, [dynamic()]))).toBe('200');
  });

  test('takes a metric that is yet to come, when it is told so', async () => {
    const own = { metricNamespace: 'own', metricName: 'latency', timeAggregation: 'Maximum' };
    expect(told(await put({}, [criterion(own)]))).toContain("Couldn't find a metric named latency");
    expect(told(await put({}, [criterion({ ...own, skipMetricValidation: true })]))).toBe('200');
  });

  test.each<[string, object, object[] | undefined, string]>([
    ['a severity of 5', { severity: 5 }, undefined, 'severity is a whole number from 0 to 4'],
    [
      'a frequency that there is not',
      { evaluationFrequency: 'PT10M' },
      undefined,
      'evaluationFrequency is one of',
    ],
    [
      'a window shorter than the frequency',
      { evaluationFrequency: 'PT30M' },
      undefined,
      'evaluationFrequency PT30M is longer than windowSize PT15M',
    ],
    ['a scope that is not there', { scopes: [`${TOPIC}x`] }, undefined, 'was not found'],
    ['no scope', { scopes: [] }, undefined, 'needs a scope'],
    [
      'two scopes of a type that takes one',
      {
        scopes: [TOPIC, ACS],
        targetResourceType: 'Microsoft.EventGrid/systemTopics',
        targetResourceRegion: 'global',
      },
      undefined,
      'on several resources',
    ],
    [
      'an action group that is not there',
      { actions: [{ actionGroupId: `${GROUP_ID}x` }] },
      undefined,
      'the action group',
    ],
    ['no criterion', {}, [], '1 to 5 criteria'],
    ['a metric of another resource', {}, [criterion({ metricName: 'Http5xx' })], "Couldn't find a metric"],
    [
      'a sum that the metric has not',
      {},
      [criterion({ timeAggregation: 'Average' })],
      'is added up by Total',
    ],
    [
      'a dimension that the metric has not',
      {},
      [criterion({ dimensions: [named('Topic', 'x')] })],
      "'DeadLetteredCount' has the dimensions",
    ],
    [
      'several values beside another criterion',
      {},
      [
        criterion({
          dimensions: [{ name: 'EventSubscriptionName', operator: 'Include', values: ['a', 'b'] }],
        }),
        criterion({ name: 'Metric2' }),
      ],
      'with several criteria a dimension has one value',
    ],
    ['two criteria of one name', {}, [criterion(), criterion()], 'a name of its own'],
    [
      'a dynamic threshold beside another criterion',
      {},
      [dynamic(), criterion({ name: 'Metric2' })],
      'the only one of its rule',
    ],
    ['a dynamic threshold by the minute', { evaluationFrequency: 'PT1M' }, [dynamic()], 'PT5M or more'],
    [
      'an operator of dynamic thresholds',
      {},
      [criterion({ operator: 'GreaterOrLessThan' })],
      'operator is one of',
    ],
  ])('is refused with %s', async (_, properties, allOf, message) => {
    expect(told(await put(properties, allOf))).toMatch(/^400 /);
    expect(told(await put(properties, allOf))).toContain(message);
  });

  test('lies nowhere but in global', async () => {
    expect(told(await put({}, undefined, 'westeurope'))).toContain("is 'global'");
  });
});

describe('a log search alert', () => {
  const condition = (change: object = {}) => ({
    query: 'AppTraces | where Message == "event handled"',
    timeAggregation: 'Count',
    operator: 'GreaterThan',
    threshold: 0,
    failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
    ...change,
  });
  const put = (properties: object, allOf: object[] = [condition()], location = 'westeurope') =>
    arm(
      azure,
      'PUT',
      `${PROVIDERS}/Microsoft.Insights/scheduledQueryRules/in-${location}`,
      '2023-03-15-preview',
      {
        location,
        kind: 'LogAlert',
        properties: {
          severity: 2,
          enabled: true,
          autoMitigate: false,
          scopes: [WORKSPACE],
          evaluationFrequency: 'PT15M',
          windowSize: 'PT15M',
          criteria: { allOf },
          actions: { actionGroups: [GROUP_ID] },
          ...properties,
        },
      },
    );

  test('tells what Azure fills in', async () => {
    const { json } = await put({ muteActionsDuration: 'PT1H', overrideQueryTimeRange: 'PT30M' });
    expect(json.properties).toMatchObject({
      createdWithApiVersion: '2023-03-15-preview',
      isLegacyLogAnalyticsRule: false,
      isWorkspaceAlertsStorageConfigured: false,
    });
  });

  test('watches a calculated column, by dimensions', async () => {
    const dimensions = [{ name: 'Platform', operator: 'Include', values: ['*'] }];
    const measured = { timeAggregation: 'Maximum', metricMeasureColumn: 'Late', dimensions };
    expect(told(await put({}, [condition(measured)]))).toBe('200');
  });

  test.each<[string, object, object[] | undefined, string]>([
    ['no severity', { severity: undefined }, undefined, 'severity is a whole number from 0 to 4'],
    ['a window that there is not', { windowSize: 'PT20M' }, undefined, 'windowSize is one of'],
    ['a window shorter than the frequency', { windowSize: 'PT5M' }, undefined, 'longer than windowSize'],
    ['a window of a minute', { windowSize: 'PT1M' }, undefined, 'needs evaluationFrequency PT1M'],
    [
      'more than two days of windows',
      { windowSize: 'P1D' },
      [condition({ failingPeriods: { numberOfEvaluationPeriods: 3, minFailingPeriodsToAlert: 1 } })],
      'two days at most',
    ],
    [
      'more failing periods than there are',
      {},
      [condition({ failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 2 } })],
      'got 2 of 1',
    ],
    ['two scopes', { scopes: [WORKSPACE, COMPONENT] }, undefined, 'one scope'],
    ['a scope that is not there', { scopes: [`${WORKSPACE}x`] }, undefined, 'was not found'],
    ['two conditions', {}, [condition(), condition()], 'one condition'],
    ['no query', {}, [condition({ query: ' ' })], 'needs a query'],
    [
      'a query that rules may not have',
      {},
      [condition({ query: 'T | evaluate bag_unpack(x)' })],
      'bag_unpack',
    ],
    [
      'a union by the minute',
      { evaluationFrequency: 'PT1M' },
      [condition({ query: 'union AppTraces, AppRequests' })],
      'Try selecting a different frequency',
    ],
    ['a sum of no column', {}, [condition({ timeAggregation: 'Total' })], 'metricMeasureColumn'],
    ['a count of a column', {}, [condition({ metricMeasureColumn: 'Late' })], 'metricMeasureColumn'],
    [
      'a silence beside self-resolution',
      { autoMitigate: true, muteActionsDuration: 'PT1H' },
      undefined,
      'needs autoMitigate to be false',
    ],
    [
      'a silence shorter than the frequency',
      { muteActionsDuration: 'PT5M' },
      undefined,
      'EvaluationFrequency cannot be greater than MuteActionsDuration',
    ],
    [
      'a range shorter than the window',
      { overrideQueryTimeRange: 'PT5M' },
      undefined,
      'overrideQueryTimeRange is no shorter',
    ],
    [
      'an action group that is not there',
      { actions: { actionGroups: [ACS] } },
      undefined,
      'the action group',
    ],
  ])('is refused with %s', async (_, properties, allOf, message) => {
    expect(told(await put(properties, allOf))).toMatch(/^400 /);
    expect(told(await put(properties, allOf))).toContain(message);
  });

  test('lies in a region', async () => {
    expect(told(await put({}, undefined, 'global'))).toContain('is a region');
  });
});

describe('a workbook', () => {
  const id = (name = WORKBOOK) => `${PROVIDERS}/Microsoft.Insights/workbooks/${name}`;
  const put = (properties: object, name = WORKBOOK) =>
    arm(azure, 'PUT', id(name), '2022-04-01', {
      location: 'westeurope',
      kind: 'shared',
      properties: {
        category: 'workbook',
        displayName: 'Push',
        serializedData: '{"version":"Notebook/1.0","items":[]}',
        sourceId: WORKSPACE.toLowerCase(),
        ...properties,
      },
    });

  test('shows its content to who asks for it, and its title as a tag', async () => {
    expect(told(await put({}))).toBe('200');
    const plain = await arm(azure, 'GET', id(), '2022-04-01');
    const whole = await arm(azure, 'GET', `${id()}?canFetchContent=true`, '2022-04-01');
    expect(plain.json).toMatchObject({
      tags: { 'hidden-title': 'Push' },
      properties: { serializedData: null },
    });
    expect(JSON.parse(whole.json.properties.serializedData)).toEqual({ version: 'Notebook/1.0', items: [] });
  });

  test.each<[string, object, string, string]>([
    ['a name that is no GUID', {}, 'push', "Invalid Workbook resource name: 'push'"],
    ['no title', { displayName: '' }, WORKBOOK, 'needs displayName'],
    ['content that is no JSON', { serializedData: '{' }, WORKBOOK, 'is not JSON'],
    ['content that is no workbook', { serializedData: '{}' }, WORKBOOK, 'Notebook/1.0'],
    ['a source in upper case', { sourceId: WORKSPACE }, WORKBOOK, 'in lower case'],
    ['a source that is not there', { sourceId: `${WORKSPACE.toLowerCase()}x` }, WORKBOOK, 'was not found'],
  ])('is refused with %s', async (_, properties, name, message) => {
    expect(told(await put(properties, name))).toMatch(/^400 /);
    expect(told(await put(properties, name))).toContain(message);
  });

  test('has a title of its own', async () => {
    await put({});
    expect(told(await put({}, WORKBOOK.replace(/^0/, '1')))).toContain('409 A workbook with the same name');
  });
});

describe('a diagnostic setting', () => {
  const put = (resource: string, properties: object, name = 'to-workspace') =>
    arm(
      azure,
      'PUT',
      `${resource}/providers/Microsoft.Insights/diagnosticSettings/${name}`,
      '2021-05-01-preview',
      {
        properties: { workspaceId: WORKSPACE, ...properties },
      },
    );
  const log = (category: string) => ({ category, enabled: true });
  const group = (categoryGroup: string) => ({ categoryGroup, enabled: true });

  test('sends the categories that the resource has', async () => {
    const { status, json } = await put(TOPIC, {
      logs: [log('DeliveryFailures')],
      metrics: [log('AllMetrics')],
    });
    expect(status).toBe(200);
    expect(json.properties.logs).toEqual([
      { ...log('DeliveryFailures'), retentionPolicy: { enabled: false, days: 0 } },
    ]);
    expect(told(await put(ACS, { logs: [group('allLogs')] }))).toBe('200');
    expect(told(await put(`${ACCOUNT}/blobServices/default`, { logs: [group('audit')] }))).toBe('200');
  });

  test.each<[string, string, object, string]>([
    [
      'a category of another type',
      TOPIC,
      { logs: [log('FunctionAppLogs')] },
      "Category 'FunctionAppLogs' is not supported.",
    ],
    [
      'a group that it has not',
      TOPIC,
      { logs: [group('audit')] },
      "Category group 'audit' is not supported.",
    ],
    [
      'a metric by its name',
      TOPIC,
      { metrics: [log('DeadLetteredCount')] },
      "supported categories are: 'AllMetrics'",
    ],
    [
      'logs of an account',
      ACCOUNT,
      { logs: [log('StorageRead')] },
      "Category 'StorageRead' is not supported.",
    ],
    ['a group beside a category', ACS, { logs: [group('allLogs'), log('AuthOperational')] }, 'not both'],
    [
      'nothing enabled',
      TOPIC,
      { logs: [{ category: 'DeliveryFailures', enabled: false }] },
      'at least one log',
    ],
    [
      'no place to send to',
      TOPIC,
      { workspaceId: undefined, metrics: [log('AllMetrics')] },
      'At least one data sink',
    ],
    [
      'a workspace that is not there',
      TOPIC,
      { workspaceId: ACCOUNT, metrics: [log('AllMetrics')] },
      'was not found',
    ],
    [
      'retention of its own',
      TOPIC,
      { logs: [{ ...log('DeliveryFailures'), retentionPolicy: { enabled: true, days: 7 } }] },
      'is retired',
    ],
    ['a type without any', `${PROVIDERS}/Microsoft.Insights/actionGroups/ag-watch`, {}, 'does not support'],
  ])('is refused with %s', async (_, resource, properties, message) => {
    expect(told(await put(resource, properties, 'refused'))).toMatch(/^400 /);
    expect(told(await put(resource, properties, 'refused'))).toContain(message);
  });

  test('does not send one category to one place twice', async () => {
    await put(TOPIC, { metrics: [log('AllMetrics')] });
    expect(told(await put(TOPIC, { metrics: [log('AllMetrics')] }, 'again'))).toContain(
      "is already used in diagnostic setting 'to-workspace' for category 'AllMetrics'",
    );
  });
});

describe('a lifecycle policy', () => {
  const rule = (change: object = {}, filters: object = {}, actions: object = expiry) => ({
    name: 'deadLetters',
    enabled: true,
    type: 'Lifecycle',
    definition: {
      filters: { blobTypes: ['blockBlob'], prefixMatch: ['dead-letters/'], ...filters },
      actions,
    },
    ...change,
  });
  const expiry = { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } };
  const put = (rules: object[], name = 'default') =>
    arm(azure, 'PUT', `${ACCOUNT}/managementPolicies/${name}`, '2023-05-01', {
      properties: { policy: { rules } },
    });

  test('is kept, and is no resource until it is put', async () => {
    expect(told(await arm(azure, 'GET', `${ACCOUNT}/managementPolicies/default`, '2023-05-01'))).toMatch(
      /^404/,
    );
    const { status, json } = await put([rule()]);
    expect([status, json.properties.policy.rules]).toEqual([200, [rule()]]);
  });

  test.each<[string, object[], string | undefined, string]>([
    ['another name', [rule()], 'other', "is named 'default'"],
    ['no rule', [], undefined, '1 to 100 rules'],
    ['two rules of one name', [rule(), rule()], undefined, 'a name of its own'],
    ['a name with a space', [rule({ name: 'dead letters' })], undefined, 'letters and digits'],
    ['no type of blob', [rule({}, { blobTypes: [] })], undefined, 'blobTypes are'],
    [
      'a prefix without a container',
      [rule({}, { prefixMatch: ['/dead'] })],
      undefined,
      'name of a container',
    ],
    ['no action', [rule({}, {}, { baseBlob: {} })], undefined, 'needs an action'],
    [
      'two ages of one action',
      [
        rule(
          {},
          {},
          { baseBlob: { delete: { daysAfterModificationGreaterThan: 1, daysAfterCreationGreaterThan: 1 } } },
        ),
      ],
      undefined,
      'delete has one of',
    ],
    [
      'an access that nobody tracks',
      [rule({}, {}, { baseBlob: { delete: { daysAfterLastAccessTimeGreaterThan: 1 } } })],
      undefined,
      'lastAccessTimeTrackingPolicy',
    ],
    [
      'another tier for append blobs',
      [
        rule(
          {},
          { blobTypes: ['appendBlob'] },
          { baseBlob: { tierToCool: { daysAfterModificationGreaterThan: 1 } } },
        ),
      ],
      undefined,
      'append blobs are deleted',
    ],
  ])('is refused with %s', async (_, rules, name, message) => {
    expect(told(await put(rules, name))).toMatch(/^400 /);
    expect(told(await put(rules, name))).toContain(message);
  });
});

describe('a daily cap', () => {
  test('of a workspace is 0.023 gigabytes or more, or none', async () => {
    const put = (dailyQuotaGb: number) =>
      arm(azure, 'PUT', WORKSPACE, '2022-10-01', {
        location: 'westeurope',
        properties: { workspaceCapping: { dailyQuotaGb } },
      });
    expect((await put(0.5)).json.properties.workspaceCapping).toMatchObject({ dailyQuotaGb: 0.5 });
    expect((await put(-1)).json.properties.workspaceCapping).toMatchObject({ dailyQuotaGb: -1 });
    expect(told(await put(0.01))).toContain('400 workspaceCapping.dailyQuotaGb is 0.023');
  });

  test('of a component is kept beside its billing features', async () => {
    const path = `${COMPONENT}/currentbillingfeatures`;
    await arm(azure, 'PUT', path, '2015-05-01', { DataVolumeCap: { Cap: 2 } });
    const { json } = await arm(azure, 'GET', path, '2015-05-01');
    expect(json).toMatchObject({ CurrentBillingFeatures: ['Basic'], DataVolumeCap: { Cap: 2 } });
    expect(told(await arm(azure, 'PUT', path, '2015-05-01', { DataVolumeCap: { Cap: 1001 } }))).toMatch(
      /^400/,
    );
  });
});

test('Monitoring Contributor makes alerts, and no resource to watch', async () => {
  const app = azure.directory.addServicePrincipal('watcher', 'secret');
  const { token } = await azure.entra.issueToken({ ...app, audience: 'https://management.azure.com' });
  await arm(
    azure,
    'PUT',
    `${GROUP}/providers/Microsoft.Authorization/roleAssignments/${WORKBOOK}`,
    '2022-04-01',
    {
      properties: {
        principalId: app.objectId,
        roleDefinitionId:
          `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Authorization/roleDefinitions/` +
          '749f88d5-cbae-40b8-bcfc-e573ddc772fa',
      },
    },
  );
  expect(told(await arm(azure, 'PUT', GROUP_ID, '2023-01-01', actionGroup(), token))).toBe('200');
  const policy = `${ACCOUNT}/managementPolicies/default`;
  expect(told(await arm(azure, 'DELETE', policy, '2023-05-01', undefined, token))).toMatch(/^403/);
});
