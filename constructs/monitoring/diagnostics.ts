import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { mistake } from '../core/mistakes';
import { checkName, type Naming } from '../core/naming';
import { logsSent } from '../resource-options';
import { requireProps } from '../core/kinds';
import { type ProvidersProps, useProviders } from '../core/providers';
import { renamable } from '../core/renamable';

/**
 * Log categories. A namespace logs what is done to it and its hubs, reading of keys included; a system topic each failed
 * delivery, and nothing while all is well.
 * Source: azure-monitor, supported logs of Microsoft.NotificationHubs/namespaces and Microsoft.EventGrid/systemTopics.
 */
const NAMESPACE_LOGS = ['OperationalLogs'];
const SYSTEM_TOPIC_LOGS = ['DeliveryFailures'];

/** The form of a category's name. */
export const LOG_CATEGORY = /^[A-Z][A-Za-z]+$/;

/** Whose logs are kept in which workspace. */
export interface MonitoringDiagnosticsProps extends ProvidersProps {
  /** Makes the names, from the base and suffix that all of a deployment share. */
  readonly naming: Naming;
  /** ARM id of the workspace that takes the logs. */
  readonly workspaceId: string;
  /** ARM id of the hubs' namespace. @default - none */
  readonly namespaceId?: string;
  /** ARM id of the system topic. @default - none */
  readonly systemTopicId?: string;
  /** The Communication Services resource, and the categories of its logs. @default - none */
  readonly communicationService?: {
    /** ARM id of the Communication Services resource. */
    readonly communicationServiceId: string;
    /** The log categories that are kept: `CallSummary`, `ChatOperational`, …. */
    readonly categories: readonly string[];
  };
}

/**
 * Diagnostic settings: the logs that the services themselves write, into the workspace, unless a setting of the stack
 * sends them there already. Metrics are read where they are.
 */
export class MonitoringDiagnostics extends Construct {
  /** The diagnostic settings that were made, one for each resource. */
  readonly settings: readonly MonitorDiagnosticSetting[];

  constructor(scope: Construct, id: string, props: MonitoringDiagnosticsProps) {
    super(scope, id);
    requireProps(this, props);
    useProviders(this, props.providers);
    const { naming, workspaceId, namespaceId, systemTopicId, communicationService } = props;
    const settings: MonitorDiagnosticSetting[] = [];
    const setting = (settingId: string, targetResourceId: string, categories: readonly string[]) => {
      const isSent = logsSent(this, targetResourceId, workspaceId);
      const missing = categories.filter((category) => !isSent(category));
      if (missing.length === 0) return;
      settings.push(
        renamable(
          new MonitorDiagnosticSetting(this, settingId, {
            name: checkName(this, 'diagnosticSetting', naming.name('diagnosticSetting', 'push')),
            targetResourceId,
            logAnalyticsWorkspaceId: workspaceId,
            enabledLog: missing.map((category) => ({ category })),
          }),
        ),
      );
    };
    if (namespaceId !== undefined) setting('Namespace', namespaceId, NAMESPACE_LOGS);
    if (systemTopicId !== undefined) setting('SystemTopic', systemTopicId, SYSTEM_TOPIC_LOGS);
    const { communicationServiceId = '', categories = [] } = communicationService ?? {};
    const wrong = categories.filter(
      (category) => !Token.isUnresolved(category) && !LOG_CATEGORY.test(category),
    );
    if (wrong.length > 0) {
      mistake(
        this,
        `communicationLogs takes categories such as CallSummary, ChatOperational; got '${wrong.join("', '")}'`,
      );
    }
    if (categories.length > 0) {
      setting('CommunicationService', communicationServiceId, [...new Set(categories)]);
    }
    this.settings = settings;
  }
}
