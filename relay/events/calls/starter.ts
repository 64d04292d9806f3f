import type { RelayEvent } from '../../envelope';
import { maybeRawId, maybeText, shape } from '../../schema';
import type { Calls } from '../../ports';
import type { DecisionPorts } from '../decision';

const calling = shape({ serverCallId: maybeText('serverCallId'), startedBy: maybeRawId('startedBy') });

/** Remembers who started a call, for its recording: `CallStarted` and every later event of a call say it. */
export async function rememberStarter(event: RelayEvent, { calls }: DecisionPorts): Promise<void> {
  const { serverCallId, startedBy } = calling(event.data);
  if (serverCallId && startedBy) await calls.learn(serverCallKey(serverCallId), { startedBy });
}

/** Who started a call, as a raw id; undefined while no event has said it. */
export async function starterOf(serverCallId: string, calls: Calls): Promise<string | undefined> {
  const { startedBy } = await calls.learn(serverCallKey(serverCallId), {});
  if (startedBy !== undefined || serverCallKey(serverCallId) === serverCallId) return startedBy;
  // An earlier version of the relay remembers calls by the id as the event has it.
  return (await calls.learn(serverCallId, {})).startedBy;
}

/**
 * One spelling of a server call id. It is Base64 of an address, which an event's subject may hold percent-encoded, in
 * the alphabet for URLs, or without its padding.
 */
export function serverCallKey(id: string): string {
  return withoutEnd(decoded(id).replaceAll('-', '+').replaceAll('_', '/'), '=');
}

/** Without a character at its end, however often that is there. As an expression that takes quadratic time. */
export function withoutEnd(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return text.slice(0, end);
}

/** Without its percent-encoding; what is none stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
