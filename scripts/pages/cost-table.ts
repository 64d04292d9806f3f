import { markdown } from '../markdown';
import { BILLS, hubLine, relayLines } from './bills';
import { billedGigabytes, LOADS, LOG_BYTES } from './load';
import type { PriceList } from './price-list';
import { dollars, dollarsOf, formulaOf, line, sumOf, type Line } from './reckoning';

/** The two tables of a page, as far as it costs anything. */
export function costTables(page: string, prices: PriceList): string {
  const bill = BILLS[page];
  if (!bill) throw new Error(`nothing is known of what ${page} costs: add it to scripts/pages/bills.ts`);
  const { atRest, perMillion, unit } = bill;
  const rest = sumOf(atRest, prices);
  const more = sumOf(perMillion, prices);
  return [
    `**At rest ${dollars(rest)} dollars a month, ${dollars(more)} for a million ${unit}**, at [list prices](../costs.md).`,
    ...(atRest.length + perMillion.length === 0
      ? []
      : [
          markdown([
            ['of', 'how much', 'USD'],
            [...rows('at rest', atRest, prices), ...rows(`a million ${unit}`, perMillion, prices)],
          ]),
        ]),
  ].join('\n\n');
}

function rows(when: string, lines: readonly Line[], prices: PriceList): string[][] {
  return lines.map((one) => {
    const because = one.because === undefined ? '' : `, ${one.because}`;
    return [`${when}: ${one.part}${because}`, formulaOf(one, prices), dollars(dollarsOf(one, prices))];
  });
}

/** What a million events cost at each size of docs/scale.md. */
export function scaleTable(prices: PriceList): string {
  const parts = LOADS.map((load) => {
    const [published, delivered, executions, time, tables, logs] = relayLines(load).map((one) =>
      dollarsOf(one, prices),
    );
    return {
      'Event Grid': published! + delivered!,
      executions: executions!,
      'execution time': time!,
      tables: tables!,
      'hub, Standard': dollarsOf(hubLine('standard', load), prices),
      logs: logs!,
    };
  });
  const together = parts.map((part) => Object.values(part).reduce((sum, value) => sum + value, 0));
  const withoutLines = dollarsOf(
    line('logs', 'logs', billedGigabytes(1e6, LOG_BYTES.eventWithoutLine)),
    prices,
  );
  return markdown([
    ['per million events', ...LOADS.map(({ name }) => name)],
    [
      ...Object.keys(parts[0]!).map((name) => [
        name,
        ...parts.map((part) => dollars(part[name as keyof typeof part])),
      ]),
      ['**together**', ...together.map((sum) => `**$${dollars(sum)}**`)],
      [
        'without lines of events that ended well',
        ...together.map((sum, i) => `$${dollars(sum - parts[i]!.logs + withoutLines)}`),
      ],
      [
        'a month',
        ...LOADS.map(
          ({ millionEvents }, i) =>
            `$${new Intl.NumberFormat('en-US').format(Math.round(together[i]! * millionEvents))}`,
        ),
      ],
    ],
  ]);
}
