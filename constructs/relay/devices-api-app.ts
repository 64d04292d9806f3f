import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RELAY_FUNCTIONS, RELAY_SETTINGS } from '../../relay/contract';
import type { AzapiResource } from '../azapi';
import { functionReady } from '../event-grid/event-destination';
import type { IHubPolicy } from '../notification-hubs/notification-hub-interface';
import { KeylessStorageAccount } from '../storage/keyless-storage-account';
import type { IApplicationInsights } from '../core/application-insights';
import { assignRole } from '../core/assign-role';
import type { IUserAssignedIdentity } from '../core/user-assigned-identity';
import type { IStorageAccount } from '../storage/storage-account-interface';
import { checkName, type Naming } from '../core/naming';
import type { ICodePublisher } from '../publishing/code-publisher';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { devicesApiSettings, type DevicesApi } from './devices-api';
import { FlexFunctionApp } from './flex-function-app';
import { allowReadingKeys } from './key-reader-role';

/** What the names of its parts say that they are for. */
const PURPOSE = 'devices';

export interface DevicesApiAppProps {
  readonly api: DevicesApi;
  readonly resourceGroup: IResourceGroup;
  readonly naming: Naming;
  readonly location: string;
  /** Its rules with Listen, of the hub and of the VoIP hub. */
  readonly policies: readonly IHubPolicy[];
  /** Role whose one right is to list the keys of a rule, by its ARM id. */
  readonly keyRoleDefinitionId: string;
  /** The account with the relay's tables. */
  readonly tables: IStorageAccount;
  readonly applicationInsights: IApplicationInsights;
  /** App settings of whoever deploys it: they replace none of the others. */
  readonly furtherSettings?: Readonly<Record<string, string>>;
  /** App settings that it has in common with the relay. */
  readonly settings: Readonly<Record<string, string>>;
  readonly publisher: ICodePublisher;
  readonly packagePath: string;
  readonly tags?: Tags;
}

/**
 * The devices API in a Function App of its own, from the same package as the relay. Its identity may register devices
 * and use the relay's tables: it can send nothing, and reads no dead letter. Its host and its package have a storage
 * account of their own, since the host needs rights on all blobs of an account.
 */
export class DevicesApiApp extends Construct {
  readonly functionApp: AzapiResource;
  readonly identity: IUserAssignedIdentity;
  /** For its host and its package alone. */
  readonly storage: IStorageAccount;
  /** Host name: `{name}.azurewebsites.net`. */
  readonly defaultHostname: string;
  /** The published code. */
  readonly published: ITerraformDependable;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DevicesApiAppProps,
  ) {
    super(scope, id);
    const { api, resourceGroup, naming, location, applicationInsights, tags } = props;
    this.identity =
      api.identity ??
      new UserAssignedIdentity(this, 'Identity', {
        name: checkName(this, 'userAssignedIdentity', naming.name('userAssignedIdentity', PURPOSE)),
        resourceGroupName: resourceGroup.name,
        location,
        tags,
      });
    this.storage =
      api.storage ??
      new KeylessStorageAccount(this, 'Storage', {
        resourceGroup,
        name: naming.name('storageAccount', PURPOSE),
        location,
        tags,
      });
    const app = new FlexFunctionApp(this, {
      resourceGroup,
      naming,
      purpose: PURPOSE,
      location,
      scale: api,
      alwaysReady: { http: api.alwaysReady },
      identity: this.identity,
      storage: this.storage,
      servicePlanId: api.servicePlanId,
      applicationInsights,
      furtherSettings: props.furtherSettings,
      settings: () => this.settings(),
      // Also without any: an origin that is taken out of the list would stay in Azure's.
      allowedOrigins: api.allowedOrigins ?? [],
      tags,
    });
    this.functionApp = app.resource;
    this.defaultHostname = app.defaultHostname;
    const { publisher, packagePath } = props;
    this.published = app.publish({ publisher, packagePath, dependsOn: this.assignRoles() });
    functionReady(this, `${this.functionApp.id}/functions/${RELAY_FUNCTIONS.devices}`, [this.published]);
  }

  private settings(): Record<string, string> {
    const { api, policies, settings } = this.props;
    return {
      ...settings,
      [RELAY_SETTINGS.part]: 'devices',
      [RELAY_SETTINGS.identityClientId]: this.identity.clientId,
      ...devicesApiSettings(api, policies),
    };
  }

  /** What its identity may do, and nothing else. */
  private assignRoles(): ITerraformDependable[] {
    const { tables, applicationInsights, policies, keyRoleDefinitionId } = this.props;
    const principal = { principalId: this.identity.principalId, principalType: 'ServicePrincipal' };
    const [listen, voipListen] = policies;
    return [
      // The Functions host keeps its package, locks and leases in blobs, and asks for this role.
      assignRole(this, 'BlobRole', {
        ...principal,
        scope: this.storage.storageAccountId,
        roleDefinitionName: 'Storage Blob Data Owner',
      }),
      assignRole(this, 'TableRole', {
        ...principal,
        scope: tables.storageAccountId,
        roleDefinitionName: 'Storage Table Data Contributor',
      }),
      assignRole(this, 'MetricsRole', {
        ...principal,
        scope: applicationInsights.id,
        roleDefinitionName: 'Monitoring Metrics Publisher',
      }),
      ...allowReadingKeys(this, this.identity.principalId, keyRoleDefinitionId, {
        KeyRole: listen,
        VoipKeyRole: voipListen,
      }),
    ];
  }
}
