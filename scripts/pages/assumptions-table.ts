import { isSettled, type Assumption } from '../../judges/live/assumption';
import { markdown } from '../markdown';

/** The table of a part of docs/local-azure.md: a row an assumption, with its id as an anchor. */
export function assumptionsTable(assumptions: readonly Assumption[]): string {
  return markdown([['behaviour here', 'doubt', 'what would settle it', 'kit'], assumptions.map(cells)]);
}

function cells({ id, behaviour, doubt, call, kit }: Assumption): string[] {
  return [`<a id="${id}"></a>${behaviour}`, doubt, call, kitOf(kit)].map((cell) =>
    cell.replaceAll('|', '\\|'),
  );
}

function kitOf(kit: Assumption['kit']): string {
  if (!isSettled(kit)) return `no: ${kit.unsettled}`;
  return kit.leavesOpen === undefined ? 'yes' : `yes; leaves open ${kit.leavesOpen}`;
}
