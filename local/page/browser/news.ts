import type { PageModel } from '../model';
import { counted, userName } from './names';
import { readPush } from './reading-pushes';

/** What has come between two states of the model, in a sentence or two; empty when it is nothing to speak of. */
export function news(before: Partial<PageModel>, after: Partial<PageModel>): string {
  return [pushes(before, after), calls(before, after), resources(before, after)].filter(Boolean).join(' ');
}

function pushes(
  { inbox: before }: Partial<PageModel>,
  { inbox: after }: Partial<PageModel>,
): string | undefined {
  if (!before || !after || before === after) return undefined;
  const last = before[0]?.number ?? -1;
  const fresh = after.filter(({ number }) => number > last);
  const [newest] = fresh;
  if (!newest) return undefined;
  const read = readPush(newest);
  const whom = newest.rawId ? userName(newest.rawId) : 'a device';
  const what = 'title' in read ? `${read.title}, ${read.body}` : 'nothing is shown';
  const others = fresh.length > 1 ? ` and ${counted(fresh.length - 1, 'other')}` : '';
  return `Push to ${whom}: ${what}${others}.`;
}

function calls(
  { calls: before }: Partial<PageModel>,
  { calls: after }: Partial<PageModel>,
): string | undefined {
  if (!before || !after || before === after) return undefined;
  const states = new Map(before.map(({ serverCallId, state }) => [serverCallId, state]));
  const changed = after.find(({ serverCallId, state }) => states.get(serverCallId) !== state);
  return changed && `Call of ${changed.callerDisplayName || userName(changed.from)}: ${changed.state}.`;
}

function resources(
  { resources: before }: Partial<PageModel>,
  { resources: after }: Partial<PageModel>,
): string | undefined {
  if (!before || !after || after.length <= before.length) return undefined;
  return `${counted(after.length - before.length, 'resource')} more.`;
}
