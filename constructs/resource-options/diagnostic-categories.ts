import type {
  DiagnosticSettingOptions,
  LogCategoryOrGroup,
  MetricCategory,
} from '../core/azure-resource-options';

/** What a resource can send, where nothing is said of it. */
export interface DiagnosticSupport {
  /** Groups of logs. */
  readonly logs: readonly string[];
  readonly metrics: readonly string[];
}

export const LOGS_AND_METRICS: DiagnosticSupport = { logs: ['allLogs'], metrics: ['AllMetrics'] };
export const METRICS: DiagnosticSupport = { logs: [], metrics: ['AllMetrics'] };
/**
 * Logs are its services', not the account's, and `AllMetrics` is refused.
 * Source: Azure/terraform-azurerm-avm-res-storage-storageaccount#325.
 */
export const STORAGE_METRICS: DiagnosticSupport = { logs: [], metrics: ['Capacity', 'Transaction'] };

export interface DiagnosticTarget {
  /** ARM id. */
  readonly id: string;
  /** Its own name, for the setting's. */
  readonly name: string;
  readonly diagnostics: DiagnosticSupport;
}

/** A setting with what it sends, as far as it is enabled. */
export interface WholeSetting extends DiagnosticSettingOptions {
  readonly logs: readonly LogCategoryOrGroup[];
  readonly metrics: readonly string[];
}

export function withDefaults(
  setting: DiagnosticSettingOptions,
  { logs, metrics }: DiagnosticSupport,
): WholeSetting {
  const { logCategoriesAndGroups, metricCategories } = setting;
  const isNothingSaid = !logCategoriesAndGroups?.length && !metricCategories?.length;
  const all = isNothingSaid ? { logs, metrics } : { logs: [], metrics: [] };
  const allLogs: readonly LogCategoryOrGroup[] = all.logs.map((categoryGroup) => ({ categoryGroup }));
  const allMetrics: readonly MetricCategory[] = all.metrics.map((category) => ({ category }));
  return {
    ...setting,
    logs: (logCategoriesAndGroups ?? allLogs).filter(({ enabled = true }) => enabled),
    metrics: (metricCategories ?? allMetrics)
      .filter(({ enabled = true }) => enabled)
      .map(({ category }) => category),
  };
}
