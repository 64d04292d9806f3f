import { toTake, type Look } from './look';
import type { UnknownId } from './resource-ids';
import type { Recovery } from './take';

/** What would be taken, and what would not, for people. */
export function lookText({ found, ...look }: Look): string {
  const lines = found.flatMap(({ address, id, notTaken }) =>
    row(
      address,
      id,
      notTaken === undefined ? 'would be taken into the state' : `would not be taken: ${notTaken}`,
    ),
  );
  const count = toTake({ found }).length;
  const verdict =
    count === 0
      ? 'nothing that the stack would make is there already'
      : `${resources(count)} in Azure, and not in the state`;
  return `${[...lines, ...otherLines(look), verdict].join('\n')}\n`;
}

/** What was taken and what was not, for people. @param deploy the command that deploys the stack */
export function recoveryText({ taken, kept, left, look, next, doomed }: Recovery, deploy: string): string {
  const lines = [
    ...taken.flatMap(({ address, id }) => row(address, id, 'taken into the state')),
    ...kept.map((address) => `${address}\n  half made, and kept: the next deploy writes it whole`),
    ...left.flatMap(({ address, id, reason }) => row(address, id, `NOT taken: ${reason}`)),
    ...doomed.flatMap(({ address, id = '(no id)' }) => row(address, id, DOOMED)),
    ...otherLines(look),
  ];
  const changed = taken.length + kept.length;
  const verdict =
    changed === 0
      ? 'nothing was lost that could be taken'
      : `recovered: ${resources(changed)} known to the state again`;
  return `${[...lines, verdict, nextText(next, doomed.length, deploy)].join('\n')}\n`;
}

/** Also of what a recovery took that was interrupted: which that was, nothing remembers. */
const DOOMED =
  "in the state, and DELETED by the next deploy, for good or to be made anew: where it is to stay, make the stack fit, or 'terraform state rm' it";

function otherLines({ unread, unknown, runAgain }: Omit<Look, 'found'>): string[] {
  return [
    ...unread.map(({ address, id, problem }) => `${address}\n  ${id}\n  ?  ${problem}`),
    ...unknown
      .filter(({ reason }) => reason === 'no rule')
      .map(
        ({ address, missing }) =>
          `${address}\n  ?  no id is known of resources of the type ${missing.join()}: look for it, and 'terraform import' it`,
      ),
    ...laterLines(unknown.filter(({ reason }) => reason === 'not known yet')),
    ...(runAgain.length > 0
      ? [`${runAgain.length} steps are run again by the next deploy, and cannot be lost`]
      : []),
  ];
}

/** Of what hangs on something that is to be made, nothing can be there. */
function laterLines(unknown: readonly UnknownId[]): string[] {
  if (unknown.length === 0) return [];
  const names = unknown.map(({ address, missing }) => `  ${address} (${missing.join(', ')})`);
  return ['not looked for, since these are known only when more is taken or deployed:', ...names];
}

function row(address: string, id: string, done: string): string[] {
  return [address, `  ${id}`, `  → ${done}`];
}

function resources(count: number): string {
  return count === 1 ? '1 resource is' : `${count} resources are`;
}

function nextText({ create, change, delete: gone }: Recovery['next'], named: number, deploy: string): string {
  if (create + change + gone === 0) return 'the plan is empty';
  const steps = gone > named ? ` (${gone - named} of them steps that are run again)` : '';
  return `next: '${deploy}', which makes ${create}, changes ${change} and deletes ${gone}${steps}`;
}
