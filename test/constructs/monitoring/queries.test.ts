import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingFields, relayLines } from '../../support/relay-lines';
import { LINES } from '../../../constructs/monitoring/relay-lines';
import { EVENT_OUTCOMES } from '../../../relay/contract';
import { WORKBOOK_QUERIES } from '../../../constructs/monitoring/queries';
import { alertsOf, monitor } from './bench';

/** Every query that is deployed, with what it belongs to. */
function deployed(): [string, string][] {
  const alerts = alertsOf(monitor({ alerts: { silence: true } }).json).flatMap(
    ({ name, criteria }): [string, string][] => (criteria[0].query ? [[name, criteria[0].query]] : []),
  );
  return [...alerts, ...Object.entries<string>(WORKBOOK_QUERIES)];
}

const overLines = deployed().filter(([, query]) => query.includes('parse_json'));

test('queries over the relay are among those of alerts and workbook', () => {
  expect(overLines.map(([name]) => name)).toEqual([
    'alert-contoso-dead-letters',
    'alert-contoso-ring-latency',
    'alert-contoso-silence',
    'outcomes',
    'byType',
    'latency',
    'deadLetters',
    'linkHealth',
  ]);
});

test.each(overLines)('%s asks for what the lines of the relay have', async (_, query) => {
  expect(missingFields(await relayLines(), query)).toEqual([]);
});

test('whatever reports ill health is among what workbook and runbook show of it', async () => {
  const reports = [...(await relayLines())].filter(([, fields]) => fields.has('healthy'));
  const runbook = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8');
  expect(reports.map(([message]) => message).sort()).toEqual(['link health', 'relay hub health']);
  for (const [message] of reports) {
    expect(WORKBOOK_QUERIES.linkHealth).toContain(`'${message}'`);
    expect(runbook.split('<a id="link-health"></a>')[1]!.split('<a id=')[0]).toContain(`'${message}'`);
  }
});

test('a field that no line has is found', async () => {
  const lines = await relayLines();
  expect(
    missingFields(lines, "traces | where line.message == 'metrics' | project line.latencyP98Ms"),
  ).toEqual(["lines 'metrics' have no field latencyP98Ms"]);
  expect(missingFields(lines, "traces | where line.message == 'figures'")).toHaveLength(1);
});

test('the outcomes of the figures are all there are, so that they add up', async () => {
  const lines = await relayLines();
  const others = ['message', 'eventType', 'seconds', 'received', 'pushes', 'notifications', 'because'];
  const outcomes = [...lines.get(LINES.figures)!].filter(
    (name) => !others.includes(name) && !/^latencyP\d+Ms$/.test(name) && !name.includes('['),
  );
  expect(outcomes.sort()).toEqual([...EVENT_OUTCOMES].sort());
});

/** Brackets and quotes closed, a table first, operators after bars: what can be told without a Kusto engine. */
test.each(deployed())('%s is written as a query', (_, query) => {
  const bare = query.replace(/'[^'\n]*'/g, "''");
  for (const [open, close] of ['()', '[]', '{}']) {
    expect(bare.split(open!).length).toBe(bare.split(close!).length);
  }
  const [table, ...operators] = bare.split('|').map((part) => part.trim());
  expect(['traces', 'requests', '_LogOperation']).toContain(table);
  for (const operator of operators) {
    expect(operator).toMatch(/^(where|extend|project|summarize|order by|top)\s/);
  }
});
