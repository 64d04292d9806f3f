import type { Construct } from 'constructs';
import { ALERTS, descriptionOf, ruleId } from './alerts';
import { settingsOf, type AlertChoices } from './alert-settings';
import { COLUMNS, dailyCap, deadLetters, functionFailures, ringLatency, silence } from './queries';
import { logRule, type LogRule, type RuleContext } from './rules';

export interface LogAlertsProps extends RuleContext {
  readonly choices: AlertChoices;
  readonly runbookUrl: string;
  /** Region of what the queries run in. */
  readonly location: string;
}

export interface RelayAlertsProps extends LogAlertsProps {
  /** ARM id of the Application Insights component that the relay logs to. */
  readonly applicationInsightsId: string;
}

/** What the relay itself tells in its lines, and how its functions fare. */
export function relayAlerts(scope: Construct, props: RelayAlertsProps): void {
  const { applicationInsightsId: scopeId } = props;
  rule(scope, props, 'deadLetters', {
    scopeId,
    query: deadLetters(),
    measure: { column: COLUMNS.kept, aggregation: 'Total' },
  });
  rule(scope, props, 'ringLatency', {
    scopeId,
    query: ringLatency(),
    measure: { column: COLUMNS.latency, aggregation: 'Maximum' },
  });
  rule(scope, props, 'functionFailures', {
    scopeId,
    query: functionFailures(),
  });
  const remarkable = settingsOf(props.choices, 'silence')?.threshold;
  if (remarkable !== undefined) {
    // The number is in the query, which answers with a row or with none.
    rule(scope, props, 'silence', { scopeId, query: silence(remarkable) }, 0);
  }
}

/** The alert on a workspace, by its ARM id, that takes no more logs. */
export function dailyCapAlert(scope: Construct, props: LogAlertsProps, workspaceId: string): void {
  rule(scope, props, 'dailyCap', { scopeId: workspaceId, query: dailyCap() });
}

function rule(
  scope: Construct,
  props: LogAlertsProps,
  name: 'deadLetters' | 'ringLatency' | 'functionFailures' | 'silence' | 'dailyCap',
  made: Pick<LogRule, 'scopeId' | 'query' | 'measure'>,
  threshold?: number,
): void {
  const settings = settingsOf(props.choices, name);
  if (!settings) return;
  logRule(scope, ruleId(name), props, {
    ...made,
    purpose: ALERTS[name].anchor,
    description: descriptionOf(ALERTS[name], props.runbookUrl),
    settings: threshold === undefined ? settings : { ...settings, threshold },
    location: props.location,
  });
}
