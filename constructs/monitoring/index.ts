export * from './action-group';
export { ALERTS, LINK_HEALTH, type AlertDefinition, type AlertName, type AlertSettings } from './alerts';
export type { AlertChoices } from './alert-settings';
export * from './diagnostics';
export type { MonitoredHub } from './hub-alerts';
export * from './link-health-alert';
export * from './push-monitoring';
export { MonitoringWorkbook, type MonitoringWorkbookProps } from './workbook';
