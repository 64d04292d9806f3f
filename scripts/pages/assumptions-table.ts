import { isSettled, type Assumption } from '../../judges/live/assumption';

/** The table of a part of docs/local-azure.md: a row an assumption, with its id as an anchor. */
export function assumptionsTable(assumptions: readonly Assumption[]): string {
  return [
    '| behaviour here | doubt | what would settle it | kit |',
    '| --- | --- | --- | --- |',
    ...assumptions.map(row),
  ].join('\n');
}

function row({ id, behaviour, doubt, call, kit }: Assumption): string {
  const cells = [`<a id="${id}"></a>${behaviour}`, doubt, call, kitOf(kit)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function kitOf(kit: Assumption['kit']): string {
  if (!isSettled(kit)) return `no: ${kit.unsettled}`;
  return kit.leavesOpen === undefined ? 'yes' : `yes; leaves open ${kit.leavesOpen}`;
}
