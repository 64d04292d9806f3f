import type { CallRecord } from '../../ports';

export type Called = CallRecord['called'][number];

/** The clocks of the services that call and that report participants may differ so much, in milliseconds. */
const SKEW_MS = 5_000;

/** Who was called, each by their last `IncomingCall`: somebody can be called into one call twice. */
export function lastCalls({ called }: CallRecord): Called[] {
  const last = new Map<string, Called>();
  for (const one of called) {
    const known = last.get(one.callee);
    if (!known || known.at < one.at) last.set(one.callee, one);
  }
  return [...last.values()];
}

/** Whether somebody took part after they were called. Who took part before and was called back in has not. */
export function hasAnswered({ joined }: CallRecord, { callee, at }: Pick<Called, 'callee' | 'at'>): boolean {
  const joinedAt = joined.get(callee);
  return joinedAt !== undefined && joinedAt >= at - SKEW_MS;
}

/**
 * Whether `CallParticipantAdded` is raised when this user answers. It is not for phones (`4:`), bots (`28:`) and users
 * of Teams (`8:orgid:` and those of other clouds), who can be users of a Communication Services resource too
 * (`8:acs:{resource}_{tenant}_{user}`): of them it is never known that they did not answer.
 * https://learn.microsoft.com/azure/event-grid/communication-services-voice-video-events#limitations
 */
export function reportsParticipation(rawId: string): boolean {
  const user = /^8:(?:acs|spool|dod-acs|gcch-acs):(.*)$/s.exec(rawId)?.[1];
  return user !== undefined && user.split('_').length < 3;
}
