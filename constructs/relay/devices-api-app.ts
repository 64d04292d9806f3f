import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RELAY_FUNCTIONS, RELAY_SETTINGS } from '../../relay/contract';
import { assignRole } from '../authorization/grant';
import { allowReadingKeys } from '../authorization/key-reader-role';
import type { AzapiResource } from '../azapi';
import { functionReady } from '../event-grid/event-destination';
import type { IHubPolicy } from '../notification-hubs/notification-hub-interface';
import { KeylessStorageAccount } from '../storage/keyless-storage-account';
import type { Lock } from '../core/azure-resource-options';
import { type Naming } from '../core/naming';
import { makeIdentity, optionsOf, type PartOptions } from '../resource-options';
import type { IApplicationInsights } from '../core/application-insights';
import type { IUserAssignedIdentity } from '../core/user-assigned-identity';
import type { IStorageAccount } from '../storage/storage-account-interface';
import type { ICodePublisher } from '../publishing/code-publisher';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { storageAccess, type PrivateNetworking } from '../network/private-networking';
import { AppNetwork } from './app-network';
import { devicesApiSettings, type DevicesApi } from './devices-api';
import { FlexFunctionApp } from './flex-function-app';
import { requireProps } from '../core/kinds';
import { type ProvidersProps, useProviders } from '../core/providers';

/** What the names of its parts say that they are for. */
const PURPOSE = 'devices';

/** The Function App that the devices API runs in, apart from the relay that handles events. */
export interface DevicesApiAppProps extends ProvidersProps {
  /** Who may call the API, and from where. */
  readonly api: DevicesApi;
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** Makes the names, from the base and suffix that all of a deployment share. */
  readonly naming: Naming;
  /** Azure region: `westeurope`. */
  readonly location: string;
  /** Its rules with Listen, of the hub and of the VoIP hub. */
  readonly policies: readonly IHubPolicy[];
  /** Role whose one right is to list the keys of a rule, by its ARM id. */
  readonly keyRoleDefinitionId: string;
  /** The account with the relay's tables. */
  readonly tables: IStorageAccount;
  /** Where it logs to. */
  readonly applicationInsights: IApplicationInsights;
  /** App settings of whoever deploys it: they replace none of the others. @default - none */
  readonly furtherSettings?: Readonly<Record<string, string>>;
  /** App settings that it has in common with the relay. */
  readonly settings: Readonly<Record<string, string>>;
  /** Puts the package onto the app. */
  readonly publisher: ICodePublisher;
  /** Path of the zip with its code. */
  readonly packagePath: string;
  /** The virtual network that it reaches other services through, and is reached in. @default - public */
  readonly privateNetworking?: PrivateNetworking;
  /** What it needs of others before it starts. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
  /**
   * Tags of the resources that are made: 50 at most; keys up to 512 characters (128 of a storage account), values up
   * to 256.
   * @default - none
   */
  readonly tags?: Tags;
  /** A lock on each part. @default - none */
  readonly lock?: Lock;
  /** Tags, lock, roles and diagnostic settings of single parts. @default - `tags` and `lock` */
  readonly resourceOptions?: PartOptions<'functionApp' | 'servicePlan' | 'identity' | 'storage'>;
}

/**
 * The devices API in a Function App of its own, from the same package as the relay. Its identity may register devices
 * and use the relay's tables: it can send nothing, and reads no dead letter. Its host and its package have a storage
 * account of their own, since the host needs rights on all blobs of an account.
 */
export class DevicesApiApp extends Construct {
  /** The Function App itself, for overrides and for what has to wait for it. */
  readonly functionApp: AzapiResource;
  /** The plan that was made for it; undefined when one was given. */
  readonly servicePlan?: ServicePlan;
  /** What its identity may do. */
  readonly identityRoles: readonly RoleAssignment[];
  /** The identity that it signs in with everywhere. */
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
    requireProps(this, props);
    useProviders(this, props.providers);
    const { api, resourceGroup, naming, location, applicationInsights, privateNetworking, tags } = props;
    const { resourceOptions = {} } = props;
    this.identity =
      api.identity ??
      makeIdentity(
        this,
        resourceGroup,
        naming.name('userAssignedIdentity', PURPOSE),
        location,
        optionsOf(props, resourceOptions.identity),
      );
    this.storage =
      api.storage ??
      new KeylessStorageAccount(this, 'Storage', {
        resourceGroup,
        name: naming.name('storageAccount', PURPOSE),
        location,
        ...storageAccess(privateNetworking),
        ...optionsOf(props, resourceOptions.storage),
      });
    const network =
      privateNetworking &&
      new AppNetwork(this, {
        network: privateNetworking,
        callers: privateNetworking.devicesApi === 'public' ? 'internet' : 'nobody',
        resourceGroup,
        naming,
        purpose: PURPOSE,
        location,
        tags,
        lock: props.lock,
      });
    const endpoints = network?.storageEndpoints(this.storage, ['blob']) ?? [];
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
      network,
      dependsOn: [...endpoints, ...(props.dependsOn ?? [])],
      appOptions: optionsOf(props, resourceOptions.functionApp),
      planOptions: optionsOf(props, resourceOptions.servicePlan),
    });
    this.functionApp = app.resource;
    this.servicePlan = app.plan;
    this.identityRoles = this.assignRoles();
    this.defaultHostname = app.defaultHostname;
    const { publisher, packagePath } = props;
    this.published = app.publish({ publisher, packagePath, dependsOn: [...this.identityRoles] });
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
  private assignRoles(): RoleAssignment[] {
    const { tables, applicationInsights, policies, keyRoleDefinitionId } = this.props;
    const [listen, voipListen] = policies;
    return [
      // The Functions host keeps its package, locks and leases in blobs, and asks for this role.
      assignRole(this, 'BlobRole', this, {
        scope: this.storage.storageAccountId,
        roleDefinitionName: 'Storage Blob Data Owner',
      }),
      assignRole(this, 'TableRole', this, {
        scope: tables.storageAccountId,
        roleDefinitionName: 'Storage Table Data Contributor',
      }),
      assignRole(this, 'MetricsRole', this, {
        scope: applicationInsights.id,
        roleDefinitionName: 'Monitoring Metrics Publisher',
      }),
      ...allowReadingKeys(this, this, keyRoleDefinitionId, {
        KeyRole: listen,
        VoipKeyRole: voipListen,
      }),
    ];
  }
}
