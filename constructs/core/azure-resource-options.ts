import type { Tags } from './resource-group';

/**
 * What every Azure resource can have beside its own settings, under the names that Azure Verified Modules gave them.
 * Source: Azure Verified Modules, "Bicep interfaces" (avm/utl/types/avm-common-types).
 */
export interface AzureResourceOptions {
  /** 50 at most; keys up to 512 characters (128 of a storage account), values up to 256. @default - none */
  readonly tags?: Tags;
  /** A lock that Azure holds against whoever deletes or changes the resource by other means. @default - none */
  readonly lock?: Lock;
  /** Roles on the resource for people and applications. @default - those that the stack itself needs */
  readonly roleAssignments?: readonly RoleAssignmentOptions[];
  /** Where logs and metrics of the resource go. @default - nowhere */
  readonly diagnosticSettings?: readonly DiagnosticSettingOptions[];
}

/** What a lock keeps others from; 'None' is for a part that shall have none where the whole has one. */
export const LOCK_KINDS = ['CanNotDelete', 'ReadOnly', 'None'] as const;

/** What a lock keeps others from. */
export type LockKind = (typeof LOCK_KINDS)[number];

/**
 * A management lock. Terraform takes it off before it deletes anything that it guards, and so `cdktf destroy` works; who
 * deploys needs `Microsoft.Authorization/locks/*` (Owner, User Access Administrator).
 * Source: azure-docs, azure-resource-manager/management/lock-resources.md.
 */
export interface Lock {
  /**
   * `CanNotDelete` refuses deletions of the resource and of all below it; `ReadOnly` refuses changes too, and each POST,
   * such as reading keys: it is taken only where this library can work with it. `None` is none, for a part of something
   * that is locked as a whole.
   */
  readonly kind: LockKind;
  /** Letters, digits, `-` and `_`, 259 characters at most. @default - `lock-{name of the resource}` */
  readonly name?: string;
  /** Shown beside the lock, 512 characters at most. @default - how to take it off */
  readonly notes?: string;
}

/** Kinds of principals that azurerm takes, 4.55. */
export const PRINCIPAL_TYPES = ['User', 'Group', 'ServicePrincipal'] as const;

/**
 * What a principal is in Microsoft Entra. A new one is not found by its id everywhere at once: with its type Azure
 * does not look.
 */
export type PrincipalType = (typeof PRINCIPAL_TYPES)[number];

/** A role on the resource, for one principal. */
export interface RoleAssignmentOptions {
  /** Name of a role (`Reader`), its GUID, or the ARM id of its definition. A value known only after the deploy is an id. */
  readonly roleDefinitionIdOrName: string;
  /** Object id of the user, group or service principal. */
  readonly principalId: string;
  /** Spares Azure a look-up, and is needed by who deploys without rights to the directory. @default - looked up */
  readonly principalType?: PrincipalType;
  /** Why the principal has the role, for whoever reads the assignments in the portal. @default - none */
  readonly description?: string;
  /** An ABAC condition. @default - none */
  readonly condition?: string;
  /** Version of the language that `condition` is written in. @default '2.0' with a condition */
  readonly conditionVersion?: '1.0' | '2.0';
  /**
   * ARM id of a managed identity of another tenant that the role goes to, as Azure Lighthouse has it.
   * @default - none
   */
  readonly delegatedManagedIdentityResourceId?: string;
  /** For a service principal made a moment ago, which the directory may not show yet. @default false */
  readonly skipServicePrincipalAadCheck?: boolean;
  /** GUID of the assignment. @default - made of scope, principal and role */
  readonly name?: string;
  /**
   * Tells assignments of one role apart whose principals are known only after the deploy: any text that stays.
   * @default - role and principal
   */
  readonly key?: string;
}

/**
 * A diagnostic setting, to one place or several. With neither logs nor metrics all of both are sent; with one of them,
 * the other is not. Azure takes 5 for a resource, and one category to one place by one of them.
 * Source: azure-monitor-docs, platform/diagnostic-settings.md.
 */
export interface DiagnosticSettingOptions {
  /** Needed for all but one. @default - `{name of the resource}-diagnosticSettings` */
  readonly name?: string;
  /** Logs by category or by group, not by both; `[]` for none. @default - the group `allLogs` */
  readonly logCategoriesAndGroups?: readonly LogCategoryOrGroup[];
  /** `[]` for none. @default - all metrics */
  readonly metricCategories?: readonly MetricCategory[];
  /** Tables of the resource's own, or the one that many share. @default - by the resource */
  readonly logAnalyticsDestinationType?: 'Dedicated' | 'AzureDiagnostics';
  /** ARM id of the Log Analytics workspace that they go to. One destination at least is needed. @default - none */
  readonly workspaceResourceId?: string;
  /** ARM id of the storage account that they are archived in. @default - none */
  readonly storageAccountResourceId?: string;
  /** ARM id of the rule of an Event Hubs namespace, with Send, by which they are streamed. @default - none */
  readonly eventHubAuthorizationRuleResourceId?: string;
  /** Name of the event hub in that namespace. @default - a hub for each category */
  readonly eventHubName?: string;
  /** ARM id of a partner's resource (Datadog, Elastic) that they go to. @default - none */
  readonly marketplacePartnerResourceId?: string;
}

/** Logs of one category, or of a group of them. */
export interface LogCategoryOrGroup {
  /** `OperationalLogs` */
  readonly category?: string;
  /** `allLogs`, `audit` */
  readonly categoryGroup?: string;
  /** Whether they are sent. @default true */
  readonly enabled?: boolean;
}

/** Metrics of one category. */
export interface MetricCategory {
  /** `AllMetrics` */
  readonly category: string;
  /** Whether they are sent. @default true */
  readonly enabled?: boolean;
}
