import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BILLS, hubLine, relayLines } from '../../../scripts/pages/bills';
import { costTables, scaleTable } from '../../../scripts/pages/cost-table';
import { A, LOADS } from '../../../scripts/pages/load';
import { readPriceList, type PriceList } from '../../../scripts/pages/price-list';
import { dollars, dollarsOf, formulaOf, line, sumOf } from '../../../scripts/pages/reckoning';

const document = (name: string) => readFileSync(join(__dirname, '../../../docs', name), 'utf8');

const LIST = `
| id | meter | USD | for | source | read |
| --- | --- | --- | --- | --- | --- |
| \`pushes\` | pushes | 2.5 | a million | somewhere | 2026-11-29 |
| \`namespace\` | a namespace | 200 | a month | somewhere | 2026-11-29 |
| \`unknown\` | what could not be found | U | a month | | |
`;

let prices: PriceList;

beforeAll(() => {
  prices = readPriceList(document('costs.md'));
});

describe('the price list', () => {
  test('is the rows with the id of a meter and a number', () => {
    expect([...readPriceList(LIST)]).toEqual([
      ['pushes', 2.5],
      ['namespace', 200],
    ]);
  });

  test('has a meter once', () => {
    expect(() => readPriceList(`${LIST}| \`pushes\` | pushes | 3 | a million | | |\n`)).toThrow(
      'the price list has pushes twice: leave out one of the rows',
    );
  });

  test('says where each of its prices is from, and when that was read', () => {
    const rows = document('costs.md')
      .split('\n')
      .filter((row) => row.startsWith('| `'))
      .map((row) => row.split('|').map((cell) => cell.trim()));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(([, , , , unit, source, read]) => !unit || !source || !read)).toEqual([]);
  });

  test('has every meter that a page is reckoned with', () => {
    const lines = [...Object.values(BILLS).flatMap(({ atRest, perMillion }) => [...atRest, ...perMillion])];
    const meters = new Set(lines.flatMap(({ amounts }) => amounts.map(({ meter }) => meter)));
    expect([...meters].filter((meter) => !prices.has(meter))).toEqual([]);
  });
});

describe('a sum', () => {
  const own = readPriceList(LIST);
  const hub = {
    part: 'hub',
    amounts: [
      { meter: 'namespace', quantity: 1 },
      { meter: 'pushes', quantity: 20 },
    ],
    per: 30,
  };

  test('is what the meters take, and shows how', () => {
    expect(dollarsOf(hub, own)).toBeCloseTo(250 / 30);
    expect(formulaOf(hub, own)).toBe('(200 + 20 × 2.5) / 30');
    expect(sumOf([hub, line('more', 'pushes', 2)], own)).toBeCloseTo(250 / 30 + 5);
  });

  test('of a meter without a price is refused', () => {
    expect(() => dollarsOf(line('other', 'unknown', 1), own)).toThrow(
      'the price list of docs/costs.md has no meter unknown: add a row, or use one of pushes, namespace',
    );
  });

  test('is shown to the cent', () => {
    expect([0, 0.001, 0.4, 28_152.4].map(dollars)).toEqual(['0', 'below 0.01', '0.40', '28,152.40']);
  });
});

describe('the tables', () => {
  test('follow the price list', () => {
    const dearer = new Map(prices).set('event-grid', 60);
    expect(costTables('event-subscription', prices)).toContain('0.60 for a million events');
    expect(costTables('event-subscription', dearer)).toContain('60.00 for a million events');
    expect(scaleTable(dearer)).toContain('| Event Grid | 120.00 | 120.00 | 120.00 |');
  });

  test('of a page that nobody reckoned are refused', () => {
    expect(() => costTables('nothing', prices)).toThrow('add it to scripts/pages/bills.ts');
  });

  test('of the pattern are those of its parts', () => {
    const parts = ['push-relay', 'system-topic'].map((page) => sumOf(BILLS[page]!.perMillion, prices));
    const together = parts.reduce((sum, part) => sum + part, dollarsOf(hubLine('basic', A), prices));
    expect(sumOf(BILLS['push-notifications']!.perMillion, prices)).toBeCloseTo(together);
  });

  test.each(LOADS)('at size $name are as docs/scale.md says in short', (load) => {
    const [, row = ''] = /^\| cost of a million events \|(.*)\|$/m.exec(document('scale.md')) ?? [];
    const said = row.split('|').map((cell) => Number(cell.trim().replace('$', '')));
    const sum = sumOf([...relayLines(load), hubLine('standard', load)], prices);
    expect(said[LOADS.indexOf(load)]).toBe(Math.round(sum));
  });
});

describe('prices in other documents are those of the list', () => {
  test.each([
    ['relay.md', 'flex-baseline', (price: string) => `At some USD ${price} a\nGB-second of baseline`],
    ['relay.md', 'logs', (price: string) => `take ${price}0 for a gigabyte`],
    ['costs.md', 'flex-time', (price: string) => `2 × ${price} × 1,000,000 =\n  $52 for a million`],
    ['constructs/communication-service.md', 'chat-messages', (price: string) => `a chat message $${price}`],
    ['constructs/communication-service.md', 'call-minutes', (price: string) => `participant $${price}`],
    [
      'constructs/notification-hub-namespace.md',
      'hub-basic',
      (price: string) => `| Basic | ${price} | 10 million |`,
    ],
    [
      'constructs/notification-hub-namespace.md',
      'hub-standard',
      (price: string) => `| Standard | ${price} | 10 million |`,
    ],
  ])('%s, %s', (name, meter, text) => {
    expect(document(name)).toContain(text(plain(prices.get(meter)!)));
  });
});

/** Without an exponent. */
function plain(price: number): string {
  return price.toFixed(7).replace(/0+$/, '').replace(/\.$/, '');
}
