import { KINDS, rowOf, type Row } from '../../../bench/verify/rows';
import { tableOf } from '../../../bench/verify/table';

const row = (what: string, window: number, mean: number): Row => ({
  what,
  window,
  lateness: { median: 2, most: 2.4 },
  armReads: { mean, most: 59 },
  hubRequests: 3,
  verdicts: ['settled'],
});

test('what was before stands beside the same link in force after as long, wherever it was kept', () => {
  const now = [row('new hub', 0, 1), row('new hub', 5, 2), row('other key', 5, 3)];
  const before = [row('other key', 5, 30), row('new hub', 0, 10)];
  const [head, rows] = tableOf(now, before);
  expect(rows.map((cells) => cells[head.indexOf('… before')])).toEqual(['10 / 59', '–', '30 / 59']);
});

test('the median of two runs is neither of them', async () => {
  const { lateness } = await rowOf(
    KINDS.find(({ what }) => what === 'first link, nobody calls')!,
    0,
    2,
  );
  expect(lateness.median).toBeLessThan(lateness.most);
});
