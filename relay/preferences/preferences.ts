import * as z from 'zod/mini';
import { typeName } from '../envelope';
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

/** What is wrong with a field, without its name: by that of an object, also which fields there are. */
const object = <T extends z.core.$ZodLooseShape>(shape: T, what: string) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `expected some of ${Object.keys(shape).join(', ')}`
        : `must be ${what}, got ${typeName(issue.input)}`,
  });

const text = (is: (value: string) => boolean, error: string) =>
  z.string({ error }).check(z.refine(is, { error, abort: true }));

const some = <T extends string>(allowed: readonly T[]) => {
  const error = `must be a list of some of ${allowed.join(', ')}`;
  // Told of the list, however many of its entries are wrong.
  const list = z.custom<T[]>(
    (value) => Array.isArray(value) && value.every((one) => allowed.includes(one as T)),
    { error },
  );
  return z.pipe(
    list,
    z.transform((value: T[]) => [...new Set(value)]),
  );
};

const mutedThread = object(
  {
    threadId: text(
      (id) => id !== '' && id.length <= 512,
      'must be the id of a chat thread, such as 19:…@thread.v2',
    ),
    until: z.optional(
      text(
        (time) => INSTANT.test(time) && !Number.isNaN(Date.parse(time)),
        'must be a time with its zone, such as 2026-12-01T08:00:00Z',
      ),
    ),
  },
  'an object with threadId',
);

const timeOfDay = (example: string, end: boolean) =>
  text((time) => minuteOfDay(time, end) !== undefined, `must be a time of day such as ${example}`);

const quietHours = object(
  {
    timeZone: text(
      isTimeZone,
      `must be a name of the IANA time zone database, such as Europe/Berlin: ` +
        `what the device calls its own zone (iOS TimeZone.current.identifier, Android ZoneId.systemDefault().id, ` +
        `browsers Intl.DateTimeFormat().resolvedOptions().timeZone)`,
    ),
    from: timeOfDay('22:00', false),
    to: timeOfDay('07:00', true),
    days: z.optional(
      some(WEEKDAYS).check(
        z.refine((days) => days.length > 0, { error: 'must name a day, or be left out for every day' }),
      ),
    ),
    except: z.optional(some(KINDS)),
  },
  'an object with timeZone, from and to',
).check(
  z.refine(({ from, to }) => from !== to, {
    path: ['from'],
    error: `and 'quietHours.to' must differ; a whole day is from 00:00 to 24:00`,
  }),
);

const switchOfKind = z.optional(
  z.boolean({ error: ({ input }) => `must be true or false, got ${typeName(input)}` }),
);

const tooMany = `must be a list of at most ${MAX_MUTED} threads`;

const document = object(
  {
    mutedThreads: z.optional(
      z.array(mutedThread, { error: tooMany }).check(z.maxLength(MAX_MUTED, { error: tooMany })),
    ),
    quietHours: z.optional(quietHours),
    events: z.optional(
      object(
        Object.fromEntries(KINDS.map((kind) => [kind, switchOfKind])),
        'an object of kinds, each true or false',
      ),
    ),
  },
  'a JSON object',
);

/** Reads a document; gives what is wrong with it, field by field, never its values but the kinds that it names. */
export function readPreferences(body: unknown): { preferences: Preferences } | { problems: string[] } {
  const { success, data, error } = document.safeParse(body);
  return success ? { preferences: data as Preferences } : { problems: error.issues.flatMap(problemsOf) };
}

function problemsOf(issue: z.core.$ZodIssue): string[] {
  const { path, message } = issue;
  const where = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1);
  if (issue.code !== 'unrecognized_keys') return [where === '' ? `body ${message}` : `'${where}' ${message}`];
  const prefix = where === '' ? '' : `${where}.`;
  return issue.keys.map((key) => `unknown field '${prefix}${key.slice(0, 40)}', ${message}`);
}
