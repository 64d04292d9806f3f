import { Token } from 'cdktf';
import { nameProblem } from '../core/naming';
import { malformation, STORAGE_ACCOUNT_TYPE, WORKSPACE_TYPE } from '../core/resource-reference';
import type { DiagnosticTarget, WholeSetting } from './diagnostic-categories';

/** Of one resource. Source: azure-monitor-docs, platform/diagnostic-settings.md. */
const MOST_SETTINGS = 5;

const SINKS = {
  workspaceResourceId: WORKSPACE_TYPE,
  storageAccountResourceId: STORAGE_ACCOUNT_TYPE,
  eventHubAuthorizationRuleResourceId: undefined,
  marketplacePartnerResourceId: undefined,
} as const;

const SINK_NAMES = Object.keys(SINKS) as (keyof typeof SINKS)[];

/** What Azure would refuse about the settings of a resource, one text each. */
export function settingProblems(settings: readonly WholeSetting[], target: DiagnosticTarget): string[] {
  return [
    ...(settings.length > MOST_SETTINGS
      ? [`diagnosticSettings takes ${MOST_SETTINGS} at most, got ${settings.length}: leave some out`]
      : []),
    ...settings.flatMap((setting) => problemsOf(setting, target)),
    ...namedTwice(settings),
    ...sentTwice(settings),
  ];
}

function problemsOf(setting: WholeSetting, { diagnostics, id }: DiagnosticTarget): string[] {
  const problems: string[] = [];
  const { name, logs, metrics } = setting;
  const problem = (text: string) =>
    problems.push(`diagnosticSettings${name === undefined ? '' : ` '${name}'`} ${text}`);
  if (name !== undefined && !Token.isUnresolved(name)) {
    const wrong = nameProblem('diagnosticSetting', name);
    if (wrong) problem(`${wrong}: give another`);
  }
  const sinks = SINK_NAMES.filter((sink) => setting[sink] !== undefined);
  if (sinks.length === 0) problem(`takes a place to send to, got none: give one of ${SINK_NAMES.join(', ')}`);
  for (const sink of sinks) {
    const wrong = idProblem(setting[sink]!, SINKS[sink]);
    if (wrong) problem(`takes an ARM id as ${sink}, ${wrong}: give that`);
  }
  if (setting.storageAccountResourceId !== undefined && setting.storageAccountResourceId === id) {
    problem('takes another storage account than the one that it is of: give another');
  }
  if (setting.eventHubName !== undefined && setting.eventHubAuthorizationRuleResourceId === undefined) {
    problem(
      'takes eventHubName with eventHubAuthorizationRuleResourceId: give it too, or leave out eventHubName',
    );
  }
  if (logs.length + metrics.length === 0) {
    problem(
      'takes a log or a metric at least, got none that is enabled: enable one, or leave the setting out',
    );
  }
  if (logs.length > 0 && diagnostics.logs.length === 0) {
    problem('takes metrics alone, since the resource has no logs: leave out logCategoriesAndGroups');
  }
  if (
    logs.some(({ category, categoryGroup }) => (category === undefined) === (categoryGroup === undefined))
  ) {
    problem('takes in each of logCategoriesAndGroups either category or categoryGroup: give one of them');
  } else if (logs.some(({ category }) => category) && logs.some(({ categoryGroup }) => categoryGroup)) {
    problem('takes categories of logs or groups, got both: leave out the one or the other');
  }
  return problems;
}

function namedTwice(settings: readonly WholeSetting[]): string[] {
  const names = settings.map(({ name }) => name?.toLowerCase());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (new Set(names).size === names.length) return [];
  return [
    `diagnosticSettings takes each name once, got ${twice === undefined ? 'several without a name' : `'${twice}' twice`}: give each its own`,
  ];
}

/** A group may hold any category: two settings to one place are apart only when both name categories. */
function sentTwice(settings: readonly WholeSetting[]): string[] {
  return settings.flatMap((setting, i) =>
    settings.slice(0, i).flatMap((other) => {
      const sink = SINK_NAMES.find(
        (name) => setting[name] !== undefined && setting[name]!.toLowerCase() === other[name]?.toLowerCase(),
      );
      const both = sink && sentByBoth(setting, other);
      return both
        ? [
            `diagnosticSettings sends '${both}' to one ${sink} by two settings, which Azure refuses: leave it out of one`,
          ]
        : [];
    }),
  );
}

function sentByBoth(a: WholeSetting, b: WholeSetting): string | undefined {
  const names = ({ logs, metrics }: WholeSetting) => [
    ...logs.map(({ category, categoryGroup }) => category ?? categoryGroup!),
    ...metrics,
  ];
  const same = names(a).find((name) => names(b).includes(name));
  const whole = [a, b].some(({ logs }) => logs.some(({ categoryGroup }) => categoryGroup === 'allLogs'));
  return same ?? (whole && a.logs.length > 0 && b.logs.length > 0 ? 'allLogs' : undefined);
}

function idProblem(id: string, type: string | undefined): string | undefined {
  if (Token.isUnresolved(id)) return undefined;
  if (type === undefined) return /^\/subscriptions\//i.test(id) ? undefined : `got '${id}'`;
  return malformation(id, type);
}
