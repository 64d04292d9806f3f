import type { Table } from '../../scripts/markdown';
import type { Row } from './rows';

/** @param before of the schedule that the goals were set against */
export function tableOf(rows: readonly Row[], before: readonly Row[]): Table {
  return [
    [
      'the link',
      'in force after',
      'verdict',
      'late by, s: median / most',
      'ARM reads in 10 min: mean / most',
      '… before',
      'requests to the hub',
    ],
    rows.map((one) => {
      const old = before.find(({ what, window }) => what === one.what && window === one.window);
      return [
        one.what,
        `${one.window} min`,
        one.verdicts.join(', '),
        `${one.lateness.median} / ${one.lateness.most}`,
        reads(one),
        old ? reads(old) : '–',
        String(one.hubRequests),
      ];
    }),
  ];
}

const reads = ({ armReads: { mean, most } }: Row) => `${mean} / ${most}`;
