/**
 * A workspace-based Application Insights component, as azurerm's `ApplicationInsights` and `DataAzurermApplicationInsights`
 * both are. Of one that exists these values do as well; any may be a token.
 */
export interface IApplicationInsights {
  /** ARM id. */
  readonly id: string;
  /** Says where telemetry goes. While its local authentication is on, whoever has it may write telemetry. */
  readonly connectionString: string;
  /** ARM id of its Log Analytics workspace. @default - not known */
  readonly workspaceId?: string;
  /** Its region, where alerts on logs run. @default - that of what logs to it */
  readonly location?: string;
}
