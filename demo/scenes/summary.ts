import type { DeliveredPush } from '../../local/azure/core/inbox';
import { parseResourceId } from '../../link';
import type { Applied } from '../../cli/apply-progress';
import { verdictText, type TitledReport } from '../../cli/report-text';
import { durationText } from '../../terminal';
import type { Stage } from '../stage';

/** What came of the run. */
export interface Outcome {
  readonly applied: Applied;
  /** How many resources the second deploy kept as they are. */
  readonly kept: number;
  /** Of the link and of each hub of the relay. */
  readonly reports: readonly Required<TitledReport>[];
  readonly pushes: readonly DeliveredPush[];
  readonly ids: Readonly<Record<string, string>>;
}

/** What fits one small screen: what was made, what is proved, what it is called. */
export function summary({ started, colours }: Stage, outcome: Outcome): string[] {
  const { applied, kept, reports, pushes, ids } = outcome;
  const of = (wanted: string) => pushes.filter(({ service }) => service === wanted).length;
  // Without what was not seen yet when it was proved: the story has shown it since.
  const verdictRows = reports.map(({ title, report }): Row => [title, verdictText(report)]);
  const idRows = Object.entries(ids).map(([what, id]): Row => [what, parseResourceId(id).name]);
  const took = durationText(Date.now() - started);
  return [
    '',
    `${colours.bold(colours.green('Everything works.'))}  ${colours.dim(`It took ${took}.`)}`,
    '',
    ...rows([
      ['resources', `${applied.made} made; a second deploy kept all ${kept} as they are`],
      ...verdictRows,
      ['pushes', `${of('apns')} by APNs, ${of('fcmv1')} by FCM, of a call and a chat message`],
    ]),
    '',
    ...rows([['resource group', parseResourceId(Object.values(ids)[0]!).resourceGroup], ...idRows]),
    '',
  ];
}

type Row = readonly [name: string, value: string];

/** Of the first column, the same in each table: they stand below one another. */
const NAME_WIDTH = 'Communication Services'.length;

/** A table without lines, for the summary and for what follows it. */
export function rows(table: readonly Row[]): string[] {
  return table.map(([name, value]) => `  ${name.padEnd(NAME_WIDTH)}  ${value}`);
}
