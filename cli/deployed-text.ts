import { parseResourceId } from '../link';
import { durationText } from '../terminal';
import type { Applied } from './apply-progress';
import { BadInput } from './bad-input';
import type { Io } from './io';
import { partsOf } from './stack-parts';

/** What a deploy has come to, on one screen: what it did, what its parts are called, what to do next. */
export async function deployedText(stack: string, applied: Applied, took: number, io: Io): Promise<string> {
  const { made, changed, destroyed } = applied;
  const counts = `${made} made, ${changed} changed, ${destroyed} destroyed`;
  const parts = await idsOf(stack, io);
  const rows = parts.map((id) => {
    const { type, name } = parseResourceId(id);
    return `  ${name}  (${type})\n`;
  });
  const next = parts.length > 0 ? `next: npx acs-push verify ${stack} --wait\n` : '';
  return `deployed '${stack}' in ${durationText(took)}: ${counts}\n${rows.join('')}${next}`;
}

/** Of what a person looks for; none where the stack gives out nothing, or several sets of it. */
async function idsOf(stack: string, io: Io): Promise<string[]> {
  try {
    const parts = await partsOf(stack, io);
    return parts.texts('communicationServiceId', 'callingHubId', 'relayHubId');
  } catch (error) {
    if (error instanceof BadInput) return [];
    throw error;
  }
}
