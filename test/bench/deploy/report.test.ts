import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gantt, rowName } from '../../../bench/deploy/report/gantt';
import { written } from '../../../bench/deploy/report/files';
import { tablesOf } from '../../../bench/deploy/report/tables';
import { readResult } from '../../../bench/deploy/result';

const PROJECT = join(__dirname, '../../..');
const files = written(readResult());

test.each(files.map(({ path, text }) => [path.slice(PROJECT.length + 1), path, text]))(
  '%s is what the last run found',
  (_name, path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);

test('each table is shown somewhere', () => {
  const pages = files.filter(({ path }) => path.endsWith('.md')).map(({ text }) => text);
  for (const name of Object.keys(tablesOf({}))) expect(pages.join()).toContain(`<!-- table ${name} -->`);
});

describe('a chart', () => {
  const bar = {
    address: 'azurerm_storage_account.Push_Storage_60BBFF69',
    type: 'azurerm_storage_account',
    start: 20,
    end: 70,
    waited: 40,
  };
  const timing = {
    seconds: 70,
    planSeconds: 0,
    wideSeconds: 70,
    criticalSeconds: 0,
    bars: [bar, { ...bar, start: 5, end: 5 }],
  };

  test('names resources by their place in the stack', () => {
    expect(rowName(bar)).toBe('Storage (storage_account)');
  });

  test('shows what is waited for beside what Azure takes, and nothing of what takes no time', () => {
    const picture = gantt('First deploy', timing);
    expect(picture.match(/Storage \(storage_account\)/g)).toHaveLength(1);
    const widths = [...picture.matchAll(/width="([\d.]+)" height="12" rx="2" class="(azurerm|waited)"/g)].map(
      ([, width, kind]) => [kind, Number(width)],
    );
    expect(widths.map(([kind]) => kind)).toEqual(['azurerm', 'waited']);
    expect(Number(widths[1]![1]) / Number(widths[0]![1])).toBeCloseTo(4, 1);
  });
});
