import type { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RELAY_FUNCTIONS, RELAY_SETTINGS, type RELAY_EVENT_TYPES } from '../../relay/contract';
import type { AzapiResource } from '../azapi';
import { deadLetterContainer } from '../storage/dead-letter-container';
import { FunctionDestination, type EventBatching } from '../event-grid/event-destination';
import type { IHubPolicy } from '../notification-hubs/notification-hub-interface';
import { KeylessStorageAccount } from '../storage/keyless-storage-account';
import { LinkHealthAlert } from '../monitoring/link-health-alert';
import { checkName } from '../core/naming';
import { ScmPublisher } from '../publishing/code-publisher';
import { builtFile, soundPackage } from '../publishing/package-assets';
import { relayWithTemplates } from '../publishing/relay-package';
import type { DevicesApi } from './devices-api';
import { DevicesApiApp, type DevicesApiAppProps } from './devices-api-app';
import { FlexFunctionApp } from './flex-function-app';
import type { AlwaysReady } from './function-app-scale';
import { allowReadingKeys, makeKeyReaderRole } from './key-reader-role';
import type { PushRelayProps } from './push-relay-props';
import { linkHealthSettings, platformSettings, relayAppSettings } from './relay-app-settings';
import { checkRelay, soundRelayProps } from './relay-checks';
import { makeRelayLogs } from './relay-logs';

export type { OptionalEvent } from '../../relay/contract';
export type { PushRelayProps, RelayLinkHealth } from './push-relay-props';

/**
 * The relay: a Function App on Flex Consumption that turns events into pushes through a hub of its own, and another one
 * for the devices API. There is no key in their settings: the identity of each may list the keys of the rules that it
 * uses (Send for events, Listen for devices), write its storage and its metrics, and nothing else. Basic publishing and
 * shared keys are off.
 */
export class PushRelay extends Construct {
  readonly functionApp: AzapiResource;
  readonly identity: UserAssignedIdentity;
  readonly storage: KeylessStorageAccount;
  readonly applicationInsights: ApplicationInsights;
  /** ARM id of the workspace that its logs go to. */
  readonly logAnalyticsWorkspaceId: string;
  /** The alert on the link's health; undefined when none was asked for. */
  readonly linkHealthAlert?: LinkHealthAlert;
  /** The published code; what calls a function depends on it. */
  readonly published: ITerraformDependable;
  /** The rules that it sends with: of its hub, and of the VoIP hub if there is one. */
  readonly sendPolicies: readonly IHubPolicy[];
  /** The devices API's own app; undefined without a devices API, and when it shares the relay's. */
  readonly devicesApp?: DevicesApiApp;
  /** The rules that it registers devices with, in the same order; none without the devices API. */
  private readonly listenPolicies: readonly IHubPolicy[];
  private readonly app: FlexFunctionApp;
  private readonly props: PushRelayProps;

  constructor(scope: Construct, id: string, given: PushRelayProps) {
    super(scope, id);
    const props = soundRelayProps(this, given);
    this.props = props;
    checkRelay(this, props);
    const { resourceGroup, naming, tags, publisher = new ScmPublisher() } = props;
    const location = props.location ?? resourceGroup.location;
    this.identity = new UserAssignedIdentity(this, 'Identity', {
      name: checkName(this, 'userAssignedIdentity', naming.name('userAssignedIdentity', 'relay')),
      resourceGroupName: resourceGroup.name,
      location,
      tags,
    });
    this.storage =
      props.storage ??
      new KeylessStorageAccount(this, 'Storage', {
        resourceGroup,
        name: naming.name('storageAccount'),
        location,
        tags,
      });
    const logs = makeRelayLogs(this, props, location);
    this.logAnalyticsWorkspaceId = logs.workspaceId;
    this.applicationInsights = logs.applicationInsights;
    const hubs = [props.hub, ...(props.voipHub ? [props.voipHub] : [])];
    this.sendPolicies = hubs.map((hub) => hub.addSendOnlyPolicy('RelaySendPolicy', 'relay-send'));
    this.listenPolicies = props.devicesApi
      ? hubs.map((hub) => hub.addListenOnlyPolicy('RelayDevicesPolicy', 'relay-devices'))
      : [];
    const keyRoleDefinitionId = props.keyRoleDefinitionId ?? makeKeyReaderRole(this, resourceGroup, naming);
    const roles = this.assignRoles(keyRoleDefinitionId);

    this.app = new FlexFunctionApp(this, {
      resourceGroup,
      naming,
      purpose: 'relay',
      location,
      scale: props,
      alwaysReady: this.alwaysReady(),
      identity: this.identity,
      storage: this.storage,
      applicationInsights: this.applicationInsights,
      furtherSettings: props.appSettings,
      settings: (name) => ({ ...this.appSettings(), ...linkHealthSettings(props, name, location) }),
      allowedOrigins: this.sharedApi && (this.sharedApi.allowedOrigins ?? []),
      tags,
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
      dependsOn: [...roles, ...(this.linkHealthAlert?.roles ?? [])],
    });
    this.devicesApp =
      this.separateApi &&
      this.makeDevicesApp(this.separateApi, {
        location,
        keyRoleDefinitionId,
        publisher,
        packagePath,
      });
  }

  /** ARM id of the Function App. */
  get functionAppId(): string {
    return this.functionApp.id;
  }

  /** ARM id of the Application Insights component that it logs to. */
  get applicationInsightsId(): string {
    return this.applicationInsights.id;
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
    const { packagePath, templates, optionalEvents } = this.props;
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
    return { ...Object.fromEntries(functions), http: this.sharedApi?.alwaysReady };
  }

  /** The devices API, when it has an app of its own. */
  private get separateApi(): DevicesApi | undefined {
    return this.sharedApi ? undefined : this.props.devicesApi;
  }

  private makeDevicesApp(
    api: DevicesApi,
    shared: Pick<DevicesApiAppProps, 'location' | 'keyRoleDefinitionId' | 'publisher' | 'packagePath'>,
  ): DevicesApiApp {
    const { resourceGroup, naming, tags } = this.props;
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
    });
  }

  /** What the relay's identity may do, and nothing else. */
  private assignRoles(keyRoleDefinitionId: string): ITerraformDependable[] {
    const principal = { principalId: this.identity.principalId, principalType: 'ServicePrincipal' };
    const storage = this.storage.storageAccountId;
    const [send, voipSend] = this.sendPolicies;
    const [listen, voipListen] = this.listenPolicies;
    return [
      // The Functions host keeps its package, locks and leases in blobs, and asks for this role.
      new RoleAssignment(this, 'BlobRole', {
        ...principal,
        scope: storage,
        roleDefinitionName: 'Storage Blob Data Owner',
      }),
      new RoleAssignment(this, 'TableRole', {
        ...principal,
        scope: storage,
        roleDefinitionName: 'Storage Table Data Contributor',
      }),
      new RoleAssignment(this, 'MetricsRole', {
        ...principal,
        scope: this.applicationInsights.id,
        roleDefinitionName: 'Monitoring Metrics Publisher',
      }),
      ...allowReadingKeys(this, this.identity.principalId, keyRoleDefinitionId, {
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
