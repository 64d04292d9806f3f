import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import { TerraformStack, Token } from 'cdktf';
import type { Construct } from 'constructs';
import type { DiagnosticSettingOptions, LogCategoryOrGroup } from '../core/azure-resource-options';
import { mistake } from '../core/mistakes';
import { renamable } from '../core/renamable';
import { sameReference } from '../core/reference';
import { withDefaults, type DiagnosticTarget } from './diagnostic-categories';
import { settingProblems } from './diagnostic-setting-problems';

/** Sends logs and metrics of a resource. */
export function sendDiagnostics(
  scope: Construct,
  prefix: string,
  target: DiagnosticTarget,
  settings: readonly DiagnosticSettingOptions[],
): void {
  const whole = settings.map((setting) => withDefaults(setting, target.diagnostics));
  const problems = settingProblems(whole, target);
  for (const problem of problems) mistake(scope, problem);
  if (problems.length > 0) return;
  whole.forEach((setting, index) => {
    const name = setting.name ?? `${target.name}-diagnosticSettings`;
    const id =
      setting.name === undefined ? '' : `-${Token.isUnresolved(setting.name) ? index : setting.name}`;
    renamable(
      new MonitorDiagnosticSetting(scope, `${prefix}Diagnostics${id}`, {
        name,
        targetResourceId: target.id,
        logAnalyticsWorkspaceId: setting.workspaceResourceId,
        logAnalyticsDestinationType: setting.logAnalyticsDestinationType,
        storageAccountId: setting.storageAccountResourceId,
        eventhubAuthorizationRuleId: setting.eventHubAuthorizationRuleResourceId,
        eventhubName: setting.eventHubName,
        partnerSolutionId: setting.marketplacePartnerResourceId,
        enabledLog: setting.logs.map(({ category, categoryGroup }) => ({ category, categoryGroup })),
        enabledMetric: setting.metrics.map((category) => ({ category })),
      }),
    );
  });
}

/**
 * Which logs of a resource the stack sends to a workspace by now: Azure refuses a category that another setting sends
 * there already.
 */
export function logsSent(
  scope: Construct,
  targetResourceId: string,
  workspaceId: string,
): (category: string) => boolean {
  const same = (a: unknown, b: unknown) => sameReference(scope, a, b);
  const sent = TerraformStack.of(scope)
    .node.findAll()
    .filter((node) => node instanceof MonitorDiagnosticSetting)
    .filter(
      (setting) =>
        same(setting.targetResourceIdInput, targetResourceId) &&
        same(setting.logAnalyticsWorkspaceIdInput, workspaceId),
    )
    .flatMap((setting) => (setting.enabledLogInput ?? []) as LogCategoryOrGroup[]);
  return (category) => sent.some((log) => log.category === category || log.categoryGroup === 'allLogs');
}
