import type { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan';
import { type ITerraformDependable, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { RELAY_FUNCTIONS, RELAY_SETTINGS, type RELAY_EVENT_TYPES } from '../../relay/contract';
import { assignRole } from '../authorization/grant';
import { allowReadingKeys, defineKeyReaderRole } from '../authorization/key-reader-role';
import type { AzapiResource } from '../azapi';
import { deadLetterContainer } from '../storage/dead-letter-container';
import { FunctionDestination, type EventBatching } from '../event-grid/event-destination';
import type { IHubPolicy, INotificationHub } from '../notification-hubs/notification-hub-interface';
import { KeylessStorageAccount } from '../storage/keyless-storage-account';
import { storageAccess } from '../network/private-networking';
import { LinkHealthAlert } from '../monitoring/link-health-alert';
import { makeIdentity, optionsOf } from '../resource-options';
import type { IApplicationInsights } from '../core/application-insights';
import type { IUserAssignedIdentity } from '../core/user-assigned-identity';
import type { IStorageAccount } from '../storage/storage-account-interface';
import { ScmPublisher } from '../publishing/code-publisher';
import { builtFile, soundPackage } from '../publishing/package-assets';
import { relayWithTemplates } from '../publishing/relay-package';
import type { DevicesApi } from './devices-api';
import { DevicesApiApp, type DevicesApiAppProps } from './devices-api-app';
import { FlexFunctionApp } from './flex-function-app';
import type { AlwaysReady } from './function-app-scale';
import type { PushRelayProps } from './push-relay-props';
import { linkHealthSettings, platformSettings, relayAppSettings } from './relay-app-settings';
import { checkRelay, soundRelayProps } from './relay-checks';
import { type CustomRoleName, RelayCapabilities } from './relay-capabilities';
import { makeRelayLogs } from './relay-logs';
import { makeRelayNetwork } from './relay-network';
import { provideFor, useProviders } from '../core/providers';
import { listenPolicies, sendPolicies } from './relay-policies';

export type { OptionalEvent } from '../../relay/contract';
export type { FunctionAppParts } from './function-app-parts';
export type { PushRelayProps, RelayLinkHealth, RelayPart, RelayPolicyNames } from './push-relay-props';

/**
 * The relay: a Function App on Flex Consumption that turns events into pushes through a hub of its own, and another one
 * for the devices API. There is no key in their settings: the identity of each may list the keys of the rules that it
 * uses (Send for events, Listen for devices), write its storage and its metrics, and nothing else. Basic publishing and
 * shared keys are off.
 */
export class PushRelay extends RelayCapabilities {
  /** The Function App that handles events, for overrides and for what has to wait for it. */
  readonly functionApp: AzapiResource;
  /** The identity that it signs in with everywhere. */
  readonly identity: IUserAssignedIdentity;
  /** The account that holds devices, what was pushed, and the app's package. */
  readonly storage: IStorageAccount;
  /** Where it logs to. */
  readonly applicationInsights: IApplicationInsights;
  /** Its own workspace; undefined when one is given. */
  readonly workspace?: LogAnalyticsWorkspace;
  /** ARM id of the workspace that its logs go to; undefined where `applicationInsights` were given without. */
  readonly logAnalyticsWorkspaceId?: string;
  /** ARM id of the role definition whose one right is to list the keys of a rule. */
  readonly keyRoleDefinitionId: string;
  /** The hub that it sends through. */
  readonly hub: INotificationHub;
  /** The hub that it rings by PushKit through; undefined without one. */
  readonly voipHub?: INotificationHub;
  /** The alert on the link's health; undefined when none was asked for. */
  readonly linkHealthAlert?: LinkHealthAlert;
  /** The published code; what calls a function depends on it. */
  readonly published: ITerraformDependable;
  /** The rules that it sends with: of its hub, and of the VoIP hub if there is one. */
  readonly sendPolicies: readonly IHubPolicy[];
  /** The devices API's own app; undefined without a devices API, and when it shares the relay's. */
  readonly devicesApp?: DevicesApiApp;
  /** The rules that it registers devices with, in the same order; none without the devices API. */
  readonly listenPolicies: readonly IHubPolicy[];
  /** What its identity may do, beside reading the link's health. */
  readonly identityRoles: readonly RoleAssignment[];
  private readonly app: FlexFunctionApp;
  private readonly props: PushRelayProps;

  constructor(scope: Construct, id: string, given: PushRelayProps) {
    super(scope, id);
    const props = soundRelayProps(this, given);
    this.props = props;
    useProviders(this, props.providers);
    checkRelay(this, props);
    const { resourceGroup, naming, tags, resourceOptions = {}, publisher = new ScmPublisher() } = props;
    const location = props.location ?? resourceGroup.location;
    this.hub = props.hub;
    this.voipHub = props.voipHub;
    this.identity =
      props.identity ??
      makeIdentity(
        this,
        resourceGroup,
        naming.name('userAssignedIdentity', 'relay'),
        location,
        optionsOf(props, resourceOptions.identity),
      );
    this.storage =
      props.storage ??
      new KeylessStorageAccount(this, 'Storage', {
        resourceGroup,
        name: naming.name('storageAccount'),
        location,
        ...storageAccess(props.privateNetworking),
        ...optionsOf(props, resourceOptions.storage),
      });
    const { network, endpoints } = makeRelayNetwork(this, props, location, this.storage);
    const logs = makeRelayLogs(this, props, location);
    this.workspace = logs.workspace;
    this.logAnalyticsWorkspaceId = logs.workspaceId;
    this.applicationInsights = logs.applicationInsights;
    const hubs = [props.hub, ...(props.voipHub ? [props.voipHub] : [])];
    this.sendPolicies = sendPolicies(this, hubs, props.policyNames?.send);
    this.listenPolicies = props.devicesApi ? listenPolicies(this, hubs, props.policyNames?.devices) : [];
    for (const policy of [...this.sendPolicies, ...this.listenPolicies]) provideFor(policy, this);
    const keyRoleDefinitionId =
      props.keyRoleDefinitionId ??
      defineKeyReaderRole(
        this,
        'KeyRoleDefinition',
        resourceGroup.id,
        `${naming.name('functionApp', 'relay')} key reader`,
      );
    this.keyRoleDefinitionId = keyRoleDefinitionId;
    this.identityRoles = this.assignRoles(keyRoleDefinitionId);

    this.app = new FlexFunctionApp(this, {
      resourceGroup,
      naming,
      purpose: 'relay',
      location,
      scale: props,
      alwaysReady: this.alwaysReady(),
      identity: this.identity,
      storage: this.storage,
      servicePlanId: props.servicePlanId,
      applicationInsights: this.applicationInsights,
      furtherSettings: props.appSettings,
      settings: (name) => ({ ...this.appSettings(), ...linkHealthSettings(props, name, location) }),
      allowedOrigins: this.sharedApi && (this.sharedApi.allowedOrigins ?? []),
      network,
      dependsOn: endpoints,
      appOptions: optionsOf(props, resourceOptions.functionApp),
      planOptions: optionsOf(props, resourceOptions.servicePlan),
    });
    this.functionApp = this.app.resource;
    this.linkHealthAlert =
      props.linkHealth &&
      new LinkHealthAlert(this, 'LinkHealth', {
        ...props.linkHealth,
        resourceGroup,
        naming,
        relayHub: props.hub,
        voipHub: props.voipHub,
        functionAppId: this.functionApp.id,
        principalId: this.identity.principalId,
        tags,
      });
    const packagePath = this.packagePath();
    this.published = this.app.publish({
      publisher,
      packagePath,
      dependsOn: [...this.identityRoles, ...(this.linkHealthAlert?.roles ?? [])],
    });
    this.devicesApp =
      this.separateApi &&
      this.makeDevicesApp(this.separateApi, {
        location,
        keyRoleDefinitionId,
        publisher,
        packagePath,
        privateNetworking: props.privateNetworking,
        dependsOn: endpoints,
      });
  }

  /** The plan that was made for its Function App; undefined when one was given. */
  get servicePlan(): ServicePlan | undefined {
    return this.app.plan;
  }

  /** ARM id of the Function App. */
  get functionAppId(): string {
    return this.functionApp.id;
  }

  /** ARM id of the Application Insights component that it logs to. */
  get applicationInsightsId(): string {
    return this.applicationInsights.id;
  }

  /** ARM id of the plan that it is on. */
  get servicePlanId(): string {
    return this.app.servicePlanId;
  }

  /** ARM id of the rule that it sends with. */
  get sendPolicyId(): string {
    return this.sendPolicies[0]!.policyId;
  }

  /** ARM ids of the rules that its devices API uses: of the hub for alerts, then of the VoIP hub; none without it. */
  get devicesPolicyIds(): string[] {
    return this.listenPolicies.map(({ policyId }) => policyId);
  }

  /** Container of its dead letters, in {@link storage}. */
  get deadLetterContainerName(): string {
    return deadLetterContainer(this.storage, this.props).name;
  }

  /** Host name: `{name}.azurewebsites.net`. */
  get defaultHostname(): string {
    return this.app.defaultHostname;
  }

  /** What the addresses of the devices API begin with, `https://{host}/api`; undefined without it. */
  get devicesApiUrl(): string | undefined {
    if (!this.props.devicesApi) return undefined;
    return `https://${(this.devicesApp ?? this).defaultHostname}/api`;
  }

  protected get replayRole(): CustomRoleName {
    const { naming, resourceGroup } = this.props;
    return {
      resourceGroupId: resourceGroup.id,
      roleName: `${naming.name('functionApp', 'relay')} replay`,
    };
  }

  /** One of the relay's functions, as a destination for events. */
  destination(
    functionName: keyof typeof RELAY_EVENT_TYPES,
    batching: EventBatching = {},
  ): FunctionDestination {
    return new FunctionDestination({
      functionAppId: this.functionApp.id,
      functionName: RELAY_FUNCTIONS[functionName],
      dependsOn: [this.published],
      ...batching,
    });
  }

  private packagePath(): string {
    const { optionalEvents } = this.props;
    // Those that are tokens are noted as mistakes.
    const [packagePath, templates] = [this.props.packagePath, this.props.templates].map((path) =>
      Token.isUnresolved(path) ? undefined : path,
    );
    if (packagePath !== undefined) return soundPackage(this, packagePath);
    if (templates === undefined) return builtFile(this, 'relay/relay.zip');
    return relayWithTemplates(this, templates, [optionalEvents ?? []].flat());
  }

  /** The devices API, when it is a part of the relay's app. */
  private get sharedApi(): DevicesApi | undefined {
    const { devicesApi } = this.props;
    return devicesApi?.separateApp === false ? devicesApi : undefined;
  }

  /** By the groups that scale apart: each function with an Event Grid trigger does so by itself. */
  private alwaysReady(): AlwaysReady {
    const functions = Object.entries(this.props.alwaysReady ?? {}).map(([name, count]) => [
      `function:${RELAY_FUNCTIONS[name as keyof typeof RELAY_EVENT_TYPES]}`,
      count,
    ]);
    return { ...(Object.fromEntries(functions) as AlwaysReady), http: this.sharedApi?.alwaysReady };
  }

  /** The devices API, when it has an app of its own. */
  private get separateApi(): DevicesApi | undefined {
    return this.sharedApi ? undefined : this.props.devicesApi;
  }

  private makeDevicesApp(
    api: DevicesApi,
    shared: Pick<
      DevicesApiAppProps,
      'location' | 'keyRoleDefinitionId' | 'publisher' | 'packagePath' | 'privateNetworking' | 'dependsOn'
    >,
  ): DevicesApiApp {
    const { resourceGroup, naming, tags, lock, resourceOptions = {} } = this.props;
    return new DevicesApiApp(this, 'DevicesApi', {
      ...shared,
      api,
      resourceGroup,
      naming,
      policies: this.listenPolicies,
      tables: this.storage,
      applicationInsights: this.applicationInsights,
      furtherSettings: this.props.appSettings,
      settings: {
        [RELAY_SETTINGS.storageAccount]: this.storage.storageAccountName,
        ...platformSettings(this.props.hub),
      },
      tags,
      lock,
      resourceOptions: {
        functionApp: resourceOptions.devicesFunctionApp,
        servicePlan: resourceOptions.devicesServicePlan,
        identity: resourceOptions.devicesIdentity,
        storage: resourceOptions.devicesStorage,
      },
    });
  }

  /** What the relay's identity may do, and nothing else. */
  private assignRoles(keyRoleDefinitionId: string): RoleAssignment[] {
    const storage = this.storage.storageAccountId;
    const [send, voipSend] = this.sendPolicies;
    const [listen, voipListen] = this.listenPolicies;
    return [
      // The Functions host keeps its package, locks and leases in blobs, and asks for this role.
      assignRole(this, 'BlobRole', this, { scope: storage, roleDefinitionName: 'Storage Blob Data Owner' }),
      assignRole(this, 'TableRole', this, {
        scope: storage,
        roleDefinitionName: 'Storage Table Data Contributor',
      }),
      assignRole(this, 'MetricsRole', this, {
        scope: this.applicationInsights.id,
        roleDefinitionName: 'Monitoring Metrics Publisher',
      }),
      ...allowReadingKeys(this, this, keyRoleDefinitionId, {
        SendKeyRole: send,
        VoipSendKeyRole: voipSend,
        ...(this.sharedApi && { DevicesKeyRole: listen, VoipDevicesKeyRole: voipListen }),
      }),
    ];
  }

  private appSettings(): Record<string, string> {
    return relayAppSettings(this.props, {
      sendPolicies: this.sendPolicies,
      listenPolicies: this.listenPolicies,
      identityClientId: this.identity.clientId,
      storageAccountName: this.storage.storageAccountName,
      deadLetterContainerName: this.deadLetterContainerName,
      sharedApi: this.sharedApi,
    });
  }
}
