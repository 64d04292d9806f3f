/**
 * A user-assigned managed identity, as azurerm's `UserAssignedIdentity` and `DataAzurermUserAssignedIdentity` both are. Of
 * one that exists the three values do as well; any may be a token.
 */
export interface IUserAssignedIdentity {
  /** ARM id. */
  readonly id: string;
  /** Object id: what roles are assigned to. */
  readonly principalId: string;
  /** Application id: what code signs in as. */
  readonly clientId: string;
}
