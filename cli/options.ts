import { parseArgs, type ParseArgsConfig } from 'node:util';
import { BadInput } from './bad-input';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Reads the arguments of a command.
 * @throws BadInput naming the option and pointing at the help
 */
export function readArguments<T extends Options>(
  command: string,
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = (error as Error).message.split('. ')[0] ?? '';
    throw new BadInput(
      `${message.charAt(0).toLowerCase()}${message.slice(1)}; see 'acs-push ${command} --help'`,
    );
  }
}

/** A command's own words, and those from `--` on, which are for what it runs. */
export function atDashes(words: readonly string[]): {
  readonly own: readonly string[];
  readonly passed: readonly string[];
} {
  const end = words.indexOf('--');
  return end < 0 ? { own: words, passed: [] } : { own: words.slice(0, end), passed: words.slice(end) };
}

/** The stack that a command was given. @throws BadInput when there is none, or more */
export function oneStack(command: string, [stack, surplus]: readonly string[]): string {
  if (stack === undefined) throw new BadInput(`of which stack? see 'acs-push ${command} --help'`);
  if (surplus !== undefined) throw new BadInput(`one stack at a time; got also '${surplus}'`);
  return stack;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `90s`, `15m`, `1h`; a bare number is seconds. @throws BadInput */
export function readDuration(option: string, text: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text.trim()) ?? [];
  if (amount === undefined)
    throw new BadInput(`--${option} is no duration: got '${text}', expected for example 15m`);
  return Number(amount) * (UNITS[unit] ?? 1000);
}

/** Milliseconds since the epoch of an ISO 8601 time, or `now`. @throws BadInput */
export function readTime(option: string, text: string, now: number): number {
  if (text === 'now') return now;
  const time = Date.parse(text);
  if (Number.isNaN(time) || !/^\d{4}-\d\d-\d\dT/.test(text)) {
    throw new BadInput(
      `--${option} is no time: got '${text}', expected 'now' or for example 2026-01-31T08:00:00Z`,
    );
  }
  return time;
}

/** One of a few words. @throws BadInput listing them */
export function readChoice<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) {
    throw new BadInput(`--${option} is '${text}'; expected one of: ${choices.join(', ')}`);
  }
  return choice;
}
