import { isRecord, typeName } from '../envelope';
import { TEMPLATE_PARAMETERS, type TemplateName } from '../notification';
import { isTimeZone, minuteOfDay, WEEKDAYS, type QuietHours } from './quiet-hours';

/** What a user wants to be told, as the preferences API takes it and gives it back. */
export interface Preferences {
  /** Chat threads that the user is not told of. */
  readonly mutedThreads?: readonly MutedThread[];
  /** When pushes come without sound, and calls do not ring. */
  readonly quietHours?: QuietHours;
  /** Kinds of pushes, by the names of their templates; what is not named is on. */
  readonly events?: Readonly<Partial<Record<TemplateName, boolean>>>;
}

export interface MutedThread {
  readonly threadId: string;
  /** ISO 8601 with a time zone; without it the thread is muted until it is taken out. */
  readonly until?: string;
}

/** Largest document, in bytes. It lies in one row of a table, which takes 64 KiB for a text in UTF-16. */
export const MAX_PREFERENCES = 16 * 1024;

/** More than a person mutes by hand; the size of the document is the limit that is met first by long ids. */
const MAX_MUTED = 200;

/** Words for taking back what was shown: they go out whatever a user wants. */
const WITHDRAWALS: readonly string[] = ['message-withdrawn', 'ring-answered', 'ring-ended'];

/** The kinds of pushes that a user can turn off or let through quiet hours. */
export const KINDS: readonly TemplateName[] = (Object.keys(TEMPLATE_PARAMETERS) as TemplateName[]).filter(
  (name) => !WITHDRAWALS.includes(name),
);

/** 2026-12-01T08:00:00Z, 2026-12-01T08:00:00.000+01:00 */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads a document; gives what is wrong with it, field by field, never its values but the kinds that it names. */
export function readPreferences(body: unknown): { preferences: Preferences } | { problems: string[] } {
  if (!isRecord(body)) return { problems: [`body must be a JSON object, got ${typeName(body)}`] };
  const problems: string[] = [];
  onlyFields('', body, ['mutedThreads', 'quietHours', 'events'], problems);
  const mutedThreads = readMuted(body['mutedThreads'], problems);
  const quietHours = readQuietHours(body['quietHours'], problems);
  const events = readEvents(body['events'], problems);
  if (problems.length > 0) return { problems };
  return {
    preferences: {
      ...(mutedThreads && { mutedThreads }),
      ...(quietHours && { quietHours }),
      ...(events && { events }),
    },
  };
}

function readMuted(value: unknown, problems: string[]): MutedThread[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > MAX_MUTED) {
    problems.push(`'mutedThreads' must be a list of at most ${MAX_MUTED} threads`);
    return undefined;
  }
  return value.map((entry: unknown, i): MutedThread => {
    const where = `mutedThreads[${i}]`;
    if (!isRecord(entry)) {
      problems.push(`'${where}' must be an object with threadId, got ${typeName(entry)}`);
      return { threadId: '' };
    }
    onlyFields(`${where}.`, entry, ['threadId', 'until'], problems);
    const { threadId, until } = entry;
    if (typeof threadId !== 'string' || threadId === '' || threadId.length > 512) {
      problems.push(`'${where}.threadId' must be the id of a chat thread, such as 19:…@thread.v2`);
    }
    if (until === undefined) return { threadId: threadId as string };
    if (typeof until !== 'string' || !INSTANT.test(until) || Number.isNaN(Date.parse(until))) {
      problems.push(`'${where}.until' must be a time with its zone, such as 2026-12-01T08:00:00Z`);
    }
    return { threadId: threadId as string, until: until as string };
  });
}

function readQuietHours(value: unknown, problems: string[]): QuietHours | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value)) {
    problems.push(`'quietHours' must be an object with timeZone, from and to, got ${typeName(value)}`);
    return undefined;
  }
  onlyFields('quietHours.', value, ['timeZone', 'from', 'to', 'days', 'except'], problems);
  const { timeZone, from, to } = value;
  if (typeof timeZone !== 'string' || !isTimeZone(timeZone)) {
    problems.push(
      `'quietHours.timeZone' must be a name of the IANA time zone database, such as Europe/Berlin: ` +
        `what the device calls its own zone (iOS TimeZone.current.identifier, Android ZoneId.systemDefault().id, ` +
        `browsers Intl.DateTimeFormat().resolvedOptions().timeZone)`,
    );
  }
  for (const [name, time] of Object.entries({ from, to })) {
    if (typeof time !== 'string' || minuteOfDay(time, name === 'to') === undefined) {
      problems.push(
        `'quietHours.${name}' must be a time of day such as ${name === 'to' ? '07:00' : '22:00'}`,
      );
    }
  }
  if (from !== undefined && from === to) {
    problems.push(`'quietHours.from' and 'quietHours.to' must differ; a whole day is from 00:00 to 24:00`);
  }
  const days = readSome('quietHours.days', value['days'], WEEKDAYS, problems);
  if (days?.length === 0) problems.push(`'quietHours.days' must name a day, or be left out for every day`);
  const except = readSome('quietHours.except', value['except'], KINDS, problems);
  return {
    timeZone: timeZone as string,
    from: from as string,
    to: to as string,
    ...(days && { days }),
    ...(except && { except }),
  };
}

function readEvents(value: unknown, problems: string[]): Preferences['events'] {
  if (value === undefined) return undefined;
  if (!isRecord(value)) {
    problems.push(`'events' must be an object of kinds, each true or false, got ${typeName(value)}`);
    return undefined;
  }
  onlyFields('events.', value, KINDS, problems);
  for (const [kind, on] of Object.entries(value)) {
    if (typeof on !== 'boolean')
      problems.push(`'events.${kind.slice(0, 40)}' must be true or false, got ${typeName(on)}`);
  }
  return value as Preferences['events'];
}

function readSome<T extends string>(
  field: string,
  value: unknown,
  allowed: readonly T[],
  problems: string[],
): T[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((one): one is T => allowed.includes(one as T))) {
    return [...new Set(value)];
  }
  problems.push(`'${field}' must be a list of some of ${allowed.join(', ')}`);
  return undefined;
}

function onlyFields(
  where: string,
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  problems: string[],
): void {
  for (const field of Object.keys(value)) {
    if (!known.includes(field))
      problems.push(`unknown field '${where}${field.slice(0, 40)}', expected some of ${known.join(', ')}`);
  }
}
