import { Token } from 'cdktf';
import { shown, writable } from '../core/checks';
import { ALERTS, type AlertDefinition, type AlertName, type AlertSettings } from './alerts';

/** Alerts by name: settings, or `false` for none; `true` for one that is off by default. */
export type AlertChoices = { readonly [Name in AlertName]?: AlertSettings | boolean };

const LOG_FREQUENCIES = [
  'PT1M',
  'PT5M',
  'PT10M',
  'PT15M',
  'PT30M',
  'PT45M',
  'PT1H',
  'PT2H',
  'PT3H',
  'PT4H',
  'PT5H',
  'PT6H',
  'P1D',
] as const;

/**
 * What rules of each kind take.
 * Source: azurerm 4.55, `azurerm_monitor_metric_alert` and `azurerm_monitor_scheduled_query_rules_alert_v2`.
 */
const DURATIONS = {
  metric: {
    window: ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H', 'PT6H', 'PT12H', 'P1D'],
    frequency: ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H'],
  },
  log: { window: [...LOG_FREQUENCIES, 'P2D'], frequency: LOG_FREQUENCIES },
} as const;

const MINUTES = { M: 1, H: 60, D: 1440 } as const;

/** Minutes of a duration of one unit: `PT15M`, `PT6H`, `P1D`. */
function minutesOf(duration: string): number {
  const [, count, unit] = /^PT?(\d+)([MHD])$/.exec(duration)!;
  return Number(count) * MINUTES[unit as keyof typeof MINUTES];
}

/** The settings of an alert with its defaults; undefined when it is off. */
export function settingsOf(choices: AlertChoices, name: AlertName): Required<AlertSettings> | undefined {
  const { on, defaults } = ALERTS[name];
  const choice = choices[name] ?? on;
  if (choice === false) return undefined;
  return withDefaults(defaults, choice === true ? {} : choice);
}

/** Settings over defaults; what is given as undefined, or cannot be written, is left out. */
export function withDefaults(
  defaults: Required<AlertSettings>,
  { severity, window, frequency, threshold }: AlertSettings,
): Required<AlertSettings> {
  return {
    severity: writable(severity) ?? defaults.severity,
    window: writable(window) ?? defaults.window,
    frequency: writable(frequency) ?? defaults.frequency,
    threshold: writable(threshold) ?? defaults.threshold,
  };
}

/** All that is wrong with the choices, each with its field: `alerts.ringLatency.window takes …, got …`. */
export function choiceProblems(choices: AlertChoices): string[] {
  return Object.entries(choices).flatMap(([name, choice]) => {
    if (!(name in ALERTS)) return [`alerts has ${Object.keys(ALERTS).join(', ')}; got ${name}`];
    if (choice === undefined || typeof choice === 'boolean') return [];
    const definition: AlertDefinition = ALERTS[name as AlertName];
    const fields: string[] = [
      'severity',
      'window',
      'frequency',
      'threshold',
    ] satisfies (keyof AlertSettings)[];
    if (typeof choice !== 'object' || choice === null) {
      return [`alerts.${name} takes true, false or settings (${fields.join(', ')}), got ${shown(choice)}`];
    }
    const others = Object.keys(choice).filter((field) => !fields.includes(field));
    return [
      ...others.map((field) => `alerts.${name} takes ${fields.join(', ')}; got ${field}`),
      ...settingProblems(`alerts.${name}`, definition, choice),
    ];
  });
}

/** All that is wrong with the settings of one alert. */
export function settingProblems(
  field: string,
  { kind, defaults }: Pick<AlertDefinition, 'kind' | 'defaults'>,
  given: AlertSettings,
): string[] {
  const severity = given.severity ?? defaults.severity;
  const window = given.window ?? defaults.window;
  const frequency = given.frequency ?? defaults.frequency;
  const threshold = given.threshold ?? defaults.threshold;
  const { window: windows, frequency: frequencies } = DURATIONS[kind];
  const problems = Object.entries(given)
    .filter(([name, value]) => value === null && name in defaults)
    .map(([name]) => `${field}.${name} takes a value, got null: leave it out`);
  if (!Token.isUnresolved(severity) && (!Number.isInteger(severity) || severity < 0 || severity > 4)) {
    problems.push(`${field}.severity takes a whole number from 0 to 4, got ${shown(severity)}`);
  }
  const known = (windows as readonly string[]).includes(window);
  if (!known && !Token.isUnresolved(window))
    problems.push(`${field}.window takes one of ${windows.join(', ')}; got ${shown(window)}`);
  if (!(frequencies as readonly string[]).includes(frequency)) {
    if (!Token.isUnresolved(frequency))
      problems.push(`${field}.frequency takes one of ${frequencies.join(', ')}; got ${shown(frequency)}`);
  } else if (known && minutesOf(frequency) > minutesOf(window)) {
    problems.push(
      `${field}.frequency must be no longer than the window, or what happens in between is never looked at; ` +
        `got ${frequency} with the window ${window}`,
    );
  }
  if (!Token.isUnresolved(threshold) && (!Number.isFinite(threshold) || threshold < 0)) {
    problems.push(`${field}.threshold takes a number from 0 on, got ${shown(threshold)}`);
  }
  return problems;
}
