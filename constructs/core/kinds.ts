import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { isOptions, shown } from './checks';
import { mistake, throwMistakes } from './mistakes';
import { sameCdk } from './same-cdk';

/**
 * What kind of value a prop takes: plain JavaScript gives `true` for "yes, please", `null` for "none" and `{}` for a
 * construct. Which values of that kind are right is checked elsewhere.
 */
export interface Kind {
  /** As the mistake tells it, behind `takes`. */
  readonly takes: string;
  readonly fits: (value: unknown) => boolean;
  /** What an object of that kind lacks, by name. */
  readonly lacks?: (value: object) => string | undefined;
  readonly members?: Kinds;
  /** Whether members of other names are a mistake. */
  readonly exact?: boolean;
  readonly items?: Kind;
}

export type Kinds<Name extends string = string> = { readonly [name in Name]?: Kind };

const isText = (value: unknown) => typeof value === 'string' || Token.isUnresolved(value);

export function text(takes = 'a text'): Kind {
  return { takes, fits: isText };
}

/** A text that is not empty. */
export function filledText(takes = 'a text'): Kind {
  return { takes, fits: (value) => isText(value) && value !== '' };
}

export function number(takes = 'a number'): Kind {
  return { takes, fits: (value) => typeof value === 'number' || Token.isUnresolved(value) };
}

/** @param or what it takes beside options: `true`, `false` */
export function options(takes: string, members: Kinds = {}, ...or: readonly unknown[]): Kind {
  return { takes, fits: (value) => isOptions(value) || or.includes(value), members };
}

/** Options of which each has one of these names. */
export function exactOptions(takes: string, members: Kinds): Kind {
  return { ...options(takes, members), exact: true };
}

/** What a part such as a notification hub is known by: members that are texts, and members that are something else. */
export function part(takes: string, texts: readonly string[], others: readonly string[] = []): Kind {
  return {
    takes,
    fits: isOptions,
    lacks: (value) => {
      const members = value as Readonly<Record<string, unknown>>;
      return (
        texts.find((name) => !members[name] || !isText(members[name])) ??
        others.find((name) => !['object', 'function'].includes(typeof members[name]))
      );
    },
  };
}

export function list(takes: string, items?: Kind): Kind {
  return { takes, fits: (value) => Array.isArray(value) || Token.isUnresolved(value), items };
}

/**
 * Props without what is of another kind, which is noted. `null` is no way to leave something out, here or anywhere.
 *
 * @param path what stands before the names in the mistakes: nothing, or `events.`
 */
export function soundKinds<Props extends object>(
  scope: IConstruct,
  props: Props,
  kinds: Kinds<keyof Props & string>,
  path = '',
): Props {
  const { sound, problems } = soundMembers(props, kinds as Kinds, path);
  for (const problem of problems) mistake(scope, problem);
  return sound as Props;
}

/** Whether a value is of a kind; what it is instead is noted. */
export function noteKind(scope: IConstruct, prop: string, value: unknown, kind: Kind): boolean {
  const { problems } = value === undefined ? nothing(prop, kind) : soundValue(value, kind, prop);
  for (const problem of problems) mistake(scope, problem);
  return problems.length === 0;
}

/** @throws PushConstructError when a construct was given no props at all, with what was noted until then */
export function requireProps<Props>(
  scope: IConstruct,
  props: Props,
  what: string = scope.constructor.name,
): Props {
  sameCdk(scope);
  if (isOptions(props)) return props;
  mistake(scope, `props of ${what} takes an object, got ${shown(props)}`);
  return throwMistakes(scope);
}

interface Sound {
  readonly sound: unknown;
  readonly problems: readonly string[];
}

/** The same object when nothing is wrong with it: what is wrong with a value is told once for each. */
function soundMembers(given: object, kinds: Kinds, path: string): Sound {
  const sound: Record<string, unknown> = { ...given };
  const problems: string[] = [];
  for (const [name, kind] of Object.entries(kinds)) {
    const value = sound[name];
    if (value === undefined || kind === undefined) continue;
    const member = soundValue(value, kind, path + name);
    problems.push(...member.problems);
    if (member.sound === undefined) delete sound[name];
    else sound[name] = member.sound;
  }
  return problems.length > 0 ? { sound, problems } : { sound: given, problems };
}

function soundValue(value: unknown, kind: Kind, path: string): Sound {
  const wrong = (got: string) => ({
    sound: undefined,
    problems: [`${path} takes ${kind.takes}; got ${got}`],
  });
  if (!kind.fits(value)) return wrong(shown(value));
  if (Token.isUnresolved(value)) return { sound: value, problems: [] };
  if (Array.isArray(value))
    return kind.items ? soundItems(value, kind.items, path) : { sound: value, problems: [] };
  if (!isOptions(value)) return { sound: value, problems: [] };
  const lacking = kind.lacks?.(value);
  if (lacking !== undefined) return wrong(`an object without ${lacking}`);
  const { members = {} } = kind;
  const other = kind.exact ? Object.keys(value).find((name) => !Object.hasOwn(members, name)) : undefined;
  const { sound, problems } = soundMembers(value, members, `${path}.`);
  if (other === undefined) return { sound, problems };
  return { sound, problems: [...problems, `${path} takes ${Object.keys(members).join(', ')}; got ${other}`] };
}

function soundItems(values: readonly unknown[], kind: Kind, path: string): Sound {
  const items = values.map((value) => soundItem(value, kind, path));
  const problems = items.flatMap((item) => item.problems);
  if (problems.length === 0) return { sound: values, problems };
  return { sound: items.map(({ sound }) => sound).filter((item) => item !== undefined), problems };
}

function nothing(path: string, { takes }: Kind): Sound {
  return { sound: undefined, problems: [`${path} takes ${takes}, got nothing`] };
}

function soundItem(value: unknown, kind: Kind, path: string): Sound {
  return value === undefined ? nothing(path, kind) : soundValue(value, kind, path);
}
