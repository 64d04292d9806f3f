import { guidOf } from '../../../constructs/core/guid';
import { FUNCTION_APP_ID, HUB_ID, TOPIC_ID } from '../../support/samples';
import { alertsOf, INSIGHTS_ID, monitor } from './bench';

const WORKBOOK = 'azurerm_application_insights_workbook';

interface Item {
  readonly name: string;
  readonly type: number;
  readonly content: {
    readonly query?: string;
    readonly resourceIds?: string[];
    readonly crossComponentResources?: string[];
    readonly metrics?: { readonly metric: string; readonly splitBy: string | null }[];
    readonly json?: string;
  };
}

const itemsOf = (json: ReturnType<typeof monitor>['json']): Item[] =>
  (JSON.parse(json.resource(WORKBOOK).data_json) as { items: Item[] }).items;

test('is named by a GUID that comes of what its names come of', () => {
  const [one, again] = [monitor(), monitor()].map(({ json }) => json.resource(WORKBOOK));
  expect(one!.name).toBe(again!.name);
  expect(one!.display_name).toBe('wb-contoso-push-x7k2p9');
  expect(one!.name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(guidOf('a')).not.toBe(guidOf('b'));
});

test('is shown with Application Insights, whose id azurerm takes in lower case alone', () => {
  expect(monitor().json.resource(WORKBOOK).source_id).toBe(`\${lower("${INSIGHTS_ID}")}`);
});

test('asks no component but the one that the relay logs to', () => {
  const queries = itemsOf(monitor().json).filter(({ type }) => type === 3);
  expect(queries.map(({ name }) => name)).toEqual([
    'outcomes',
    'byType',
    'latency',
    'deadLetters',
    'failures',
    'linkHealth',
  ]);
  for (const { content } of queries) expect(content.crossComponentResources).toEqual([INSIGHTS_ID]);
});

test('has every metric that an alert looks at, of what the alert looks at', () => {
  const { json } = monitor();
  const shown = itemsOf(json).flatMap(({ content }) =>
    (content.metrics ?? []).flatMap(({ metric }) =>
      (content.resourceIds ?? []).map((id) => `${id} ${metric.split('--')[1]}`),
    ),
  );
  const watched = alertsOf(json).flatMap(({ scopes, criteria }) =>
    criteria[0].metric_name ? [`${scopes[0]} ${criteria[0].metric_name}`] : [],
  );
  expect(watched.length).toBe(6);
  expect(watched.filter((one) => !shown.includes(one))).toEqual([]);
  expect(shown).toContain(`${FUNCTION_APP_ID} link_health`);
  expect(shown).toContain(`${HUB_ID} outgoing.apns.success`);
  expect(shown).toContain(`${TOPIC_ID} DeliverySuccessCount`);
});

test('tells the pushes of the tier beside those of 30 days', () => {
  const text = (sku: 'Free' | undefined) =>
    itemsOf(monitor({ sku }).json).find(({ name }) => name === 'quota')!.content.json;
  expect(text('Free')).toContain('The tier has 1 million in a month');
  expect(text(undefined)).toContain('Free has 1 million in a month, Basic and Standard 10 million');
});

test('has no panel of what is not there', () => {
  const names = itemsOf(monitor({ relay: undefined, systemTopic: undefined }).json).map(({ name }) => name);
  expect(names).toEqual(['title', 'time range', 'pushes', 'refusals', 'credentials', 'quota', 'month']);
});

test('can be left out', () => {
  expect(monitor({ workbook: false }).json.resources(WORKBOOK)).toEqual([]);
});
