import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { Op, Token, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import {
  OPTIONAL_EVENTS,
  RELAY_EVENT_TYPES,
  RELAY_FUNCTIONS,
  RELAY_SETTINGS,
  type OptionalEvent,
  STORAGE_SHARDS,
} from '../relay/contract';
import type { AzapiResource } from './azapi';
import type { ICommunicationService } from './communication-service';
import { deadLetterContainer, type DeadLetterOptions } from './dead-letter-container';
import { fail } from './errors';
import { FunctionDestination, type EventBatching } from './event-destination';
import type { IHubPolicy } from './hub-policy';
import { KeylessStorageAccount } from './keyless-storage-account';
import { LinkHealthAlert, type LinkHealthAlertOptions } from './link-health-alert';
import { checkName, Naming } from './naming';
import type { INotificationHub } from './notification-hub';
import type { NotificationHubLink } from './notification-hub-link';
import { ScmPublisher, type ICodePublisher } from './publishing/code-publisher';
import { builtFile } from './publishing/package-assets';
import { relayWithTemplates } from './publishing/relay-package';
import { checkDevicesApi, devicesApiSettings, type DevicesApi } from './relay/devices-api';
import { DevicesApiApp, type DevicesApiAppProps } from './relay/devices-api-app';
import { FlexFunctionApp } from './relay/flex-function-app';
import {
  checkAlwaysReady,
  checkScale,
  type AlwaysReady,
  type FunctionAppScale,
} from './relay/function-app-scale';
import { allowReadingKeys, makeKeyReaderRole } from './relay/key-reader-role';
import type { IResourceGroup, Tags } from './resource-group';

/** Gigabytes a day that Application Insights can be capped at; same page as {@link PushRelay.insightsCapGb}. */
const INSIGHTS_MOST_GB = 1000;

export type { OptionalEvent } from '../relay/contract';

/** The link whose health the relay reports, with an alert on it. */
export interface RelayLinkHealth extends LinkHealthAlertOptions {
  readonly link: NotificationHubLink;
}

export interface PushRelayProps extends FunctionAppScale, DeadLetterOptions {
  readonly resourceGroup: IResourceGroup;
  /** Makes the names of what the relay consists of. */
  readonly naming: Naming;
  /** Its events are relayed; those of any other are refused. */
  readonly communicationService: ICommunicationService;
  /** The relay's own hub; never the one that is linked, see docs/providers.md. */
  readonly hub: INotificationHub;
  /** A hub whose APNs topic ends in `.voip`, for rings under the app's own control. @default - none */
  readonly voipHub?: INotificationHub;
  /** Holds the package and the relay's own records. @default - a new one */
  readonly storage?: KeylessStorageAccount;
  /**
   * Over how many partitions of a table a day's events are spread, 1 to 64. Each takes 2,000 changes a second, of which an
   * event needs two; the fewer there are, the more changes go together. It can be raised and lowered while events are on
   * their way: another number is in force ten minutes after its deployment. See docs/relay.md.
   * @default 4
   */
  readonly storageShards?: number;
  /** A workspace for its logs. @default - a new one, kept 30 days */
  readonly logAnalyticsWorkspaceId?: string;
  /**
   * Gigabytes of logs that are taken in a day, by the new workspace; with a workspace that exists, by Application
   * Insights. For the rest of the day nothing more is, and alerts on logs see nothing: a limit to costs that went wrong,
   * above what days really have.
   * @default - none for the workspace; 100 for Application Insights, which is Azure's
   */
  readonly dailyLogCapGb?: number;
  /** @default - the resource group's */
  readonly location?: string;
  /**
   * Instances of each function that run also when no event comes, so that none waits for a start; of two, one goes on
   * during a rolling update. They cost while they wait: see docs/relay.md.
   * @default - none
   */
  readonly alwaysReady?: Readonly<Partial<Record<keyof typeof RELAY_EVENT_TYPES, number>>>;
  /** Takes registrations of devices over HTTP, in a Function App of its own. @default - none */
  readonly devicesApi?: DevicesApi;
  /** Whether what people wrote goes into pushes. @default 'include' */
  readonly messageText?: 'include' | 'omit';
  /**
   * Event types, without `Microsoft.Communication.`, that become pushes although they do not by default:
   * 'AdvancedMessageReceived', 'ChatParticipantAddedToThreadWithUser'. `PushNotifications` subscribes to them too.
   * @default - none
   */
  readonly optionalEvents?: readonly OptionalEvent[];
  /**
   * Who shows messages on Android. `data`: the app, each of them. `notification`: Android itself, without code of the
   * app's, and of those that came while the phone was offline the last alone. See docs/devices.md.
   * @default 'data'
   */
  readonly androidMessages?: 'data' | 'notification';
  /**
   * Of events that ended well, how many have a line in the logs, in percent; those that did not have theirs in any
   * case, and figures count all. See docs/relay.md for what lines cost.
   * @default 100
   */
  readonly successLinesPercent?: number;
  /**
   * A folder with what pushes say, `{template}/{language}.json`, as docs/relay.md describes it; relative to the working
   * directory. Checked at synth time.
   * @default - the relay's own templates, in English
   */
  readonly templates?: string;
  /** Looks at a link every five minutes, reports the metric `link_health` and alerts on it. @default - none */
  readonly linkHealth?: RelayLinkHealth;
  /** Further settings, of both apps. Secrets do not belong here: use Key Vault references. */
  readonly appSettings?: Readonly<Record<string, string>>;
  /** The code. @default - the relay that this package carries */
  readonly packagePath?: string;
  /**
   * A role definition whose one right is to list the keys of an authorization rule, by its ARM id; for when who
   * deploys may not define roles.
   * @default - a new custom role in the resource group
   */
  readonly keyRoleDefinitionId?: string;
  /** How the code gets there. @default - new ScmPublisher() */
  readonly publisher?: ICodePublisher;
  readonly tags?: Tags;
}

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

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PushRelayProps,
  ) {
    super(scope, id);
    this.checkHubs();
    checkScale(this, props);
    this.checkOptionalEvents();
    this.checkStorageShards();
    this.checkAlwaysReady();
    this.checkDailyLogCap();
    this.checkSuccessLines();
    if (props.devicesApi) checkDevicesApi(this, props.devicesApi);
    const { resourceGroup, naming, tags, publisher = new ScmPublisher() } = props;
    const location = props.location ?? resourceGroup.location;
    const named = (name: string) => ({ name, resourceGroupName: resourceGroup.name, location, tags });

    this.identity = new UserAssignedIdentity(
      this,
      'Identity',
      named(checkName(this, 'userAssignedIdentity', naming.name('userAssignedIdentity', 'relay'))),
    );
    this.storage =
      props.storage ??
      new KeylessStorageAccount(this, 'Storage', {
        resourceGroup,
        name: naming.name('storageAccount'),
        location,
        tags,
      });
    this.logAnalyticsWorkspaceId = props.logAnalyticsWorkspaceId ?? this.makeWorkspace(location);
    this.applicationInsights = new ApplicationInsights(this, 'Insights', {
      ...named(checkName(this, 'applicationInsights', naming.name('applicationInsights', 'relay'))),
      applicationType: 'web',
      workspaceId: this.logAnalyticsWorkspaceId,
      dailyDataCapInGb: this.insightsCapGb(),
      // Without this the connection string in state would let its holder write telemetry.
      localAuthenticationDisabled: true,
    });
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
      settings: (name) => ({ ...this.appSettings(), ...this.linkHealthSettings(name, location) }),
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
    if (templates === undefined) return packagePath ?? builtFile(this, 'relay/relay.zip');
    if (packagePath === undefined) return relayWithTemplates(this, templates, optionalEvents);
    return fail(
      this,
      'templates go into the relay that this package carries: leave out templates, or packagePath',
    );
  }

  private checkHubs(): void {
    const { hub, voipHub } = this.props;
    if (hub.apnsTopic === 'voip') {
      fail(
        this,
        `hub is for alert pushes and takes the bundle id itself as APNs topic, got a hub for '.voip': give it as voipHub`,
      );
    }
    if (voipHub && voipHub.apnsTopic === 'alert') {
      fail(
        this,
        `voipHub takes a hub whose ApnsTokenCredential has topic 'voip' and a bundle id ending in '.voip', got one for alert pushes`,
      );
    }
  }

  /** The devices API, when it is a part of the relay's app. */
  private get sharedApi(): DevicesApi | undefined {
    const { devicesApi } = this.props;
    return devicesApi?.separateApp === false ? devicesApi : undefined;
  }

  private checkOptionalEvents(): void {
    for (const event of this.props.optionalEvents ?? []) {
      if (OPTIONAL_EVENTS.includes(event)) continue;
      fail(this, `optionalEvents takes some of ${OPTIONAL_EVENTS.join(', ')}; got ${String(event)}`);
    }
  }

  private checkStorageShards(): void {
    const { storageShards: shards = STORAGE_SHARDS.default } = this.props;
    if (Token.isUnresolved(shards)) return;
    if (Number.isInteger(shards) && shards >= 1 && shards <= STORAGE_SHARDS.most) return;
    fail(this, `storageShards takes a whole number from 1 to ${STORAGE_SHARDS.most}; got ${shards}`);
  }

  private checkAlwaysReady(): void {
    const functions = Object.keys(RELAY_EVENT_TYPES);
    for (const [name, count] of Object.entries(this.props.alwaysReady ?? {})) {
      if (!functions.includes(name)) {
        fail(this, `alwaysReady takes some of ${functions.join(', ')}; got ${name}`);
      }
      checkAlwaysReady(this, `alwaysReady.${name}`, count);
    }
  }

  /** By the groups that scale apart: each function with an Event Grid trigger does so by itself. */
  private alwaysReady(): AlwaysReady {
    const functions = Object.entries(this.props.alwaysReady ?? {}).map(([name, count]) => [
      `function:${RELAY_FUNCTIONS[name as keyof typeof RELAY_EVENT_TYPES]}`,
      count,
    ]);
    return { ...Object.fromEntries(functions), http: this.sharedApi?.alwaysReady };
  }

  private checkSuccessLines(): void {
    const { successLinesPercent: percent } = this.props;
    if (percent === undefined || Token.isUnresolved(percent)) return;
    if (Number.isInteger(percent) && percent >= 0 && percent <= 100) return;
    fail(this, `successLinesPercent takes a whole number from 0 to 100, got ${percent}`);
  }

  /**
   * Of two caps the lower one holds, and the workspace alone says in its logs that it was reached: where it is ours, the
   * other one is out of its way. https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap#application-insights
   */
  private insightsCapGb(): number | undefined {
    const { dailyLogCapGb: cap, logAnalyticsWorkspaceId } = this.props;
    if (cap === undefined || logAnalyticsWorkspaceId !== undefined) return cap;
    if (Token.isUnresolved(cap)) return Token.asNumber(Op.mul(cap, 2));
    return Math.max(cap, Math.min(2 * cap, INSIGHTS_MOST_GB));
  }

  private checkDailyLogCap(): void {
    const { dailyLogCapGb: cap } = this.props;
    if (cap !== undefined && !Token.isUnresolved(cap) && !(cap > 0)) {
      fail(this, `dailyLogCapGb takes gigabytes, a number above 0, got ${cap}; leave it out for no cap`);
    }
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
        ...this.platformSettings(),
      },
      tags,
    });
  }

  private makeWorkspace(location: string): string {
    const { resourceGroup, naming, tags } = this.props;
    return new LogAnalyticsWorkspace(this, 'Workspace', {
      name: checkName(this, 'logAnalyticsWorkspace', naming.name('logAnalyticsWorkspace', 'relay')),
      resourceGroupName: resourceGroup.name,
      location,
      sku: 'PerGB2018',
      retentionInDays: 30,
      dailyQuotaGb: this.props.dailyLogCapGb,
      // Its shared keys are in state; this makes them open nothing.
      localAuthenticationEnabled: false,
      tags,
    }).id;
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
    const [send, voipSend] = this.sendPolicies;
    return {
      ...(this.sharedApi ? {} : { [RELAY_SETTINGS.part]: 'events' }),
      [RELAY_SETTINGS.sourceId]: this.props.communicationService.communicationServiceId,
      [RELAY_SETTINGS.hubRuleId]: send!.policyId,
      ...(voipSend && { [RELAY_SETTINGS.voipHubRuleId]: voipSend.policyId }),
      [RELAY_SETTINGS.identityClientId]: this.identity.clientId,
      [RELAY_SETTINGS.storageAccount]: this.storage.storageAccountName,
      [RELAY_SETTINGS.deadLetterContainer]: this.deadLetterContainerName,
      ...(this.props.storageShards !== undefined && {
        [RELAY_SETTINGS.storageShards]: String(this.props.storageShards),
      }),
      ...this.platformSettings(),
      ...(this.props.messageText && { [RELAY_SETTINGS.messageText]: this.props.messageText }),
      ...(this.props.optionalEvents?.length && {
        [RELAY_SETTINGS.optionalEvents]: [...new Set(this.props.optionalEvents)].join(','),
      }),
      ...(this.sharedApi && devicesApiSettings(this.sharedApi, this.listenPolicies)),
      ...(this.props.androidMessages && { [RELAY_SETTINGS.androidMessages]: this.props.androidMessages }),
      ...(this.props.successLinesPercent !== undefined && {
        [RELAY_SETTINGS.successLinesPercent]: String(this.props.successLinesPercent),
      }),
    };
  }

  /** The ids of the link's parts and not the link itself: the relay does not wait for it. */
  private linkHealthSettings(name: string, location: string): Record<string, string> {
    const { linkHealth, resourceGroup } = this.props;
    if (!linkHealth) return {};
    const { hub, policy } = linkHealth.link;
    return {
      [RELAY_SETTINGS.linkHubId]: hub.notificationHubId,
      [RELAY_SETTINGS.linkRuleId]: policy.policyId,
      // Its own id, put together: a resource cannot refer to itself.
      [RELAY_SETTINGS.resourceId]: `${resourceGroup.id}/providers/Microsoft.Web/sites/${name}`,
      [RELAY_SETTINGS.region]: location,
    };
  }

  private platformSettings(): Record<string, string> {
    const { platforms } = this.props.hub;
    if (!platforms) return {};
    const names = [
      ...(platforms.apns ? ['apple'] : []),
      ...(platforms.fcmV1 ? ['fcmv1'] : []),
      ...(platforms.browser ? ['browser'] : []),
    ];
    return { [RELAY_SETTINGS.platforms]: names.join(',') };
  }
}
