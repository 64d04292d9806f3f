import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { createHash } from 'node:crypto';
import { Annotations, Fn, Token, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { API_AUTHORITY, RELAY_FUNCTIONS, RELAY_SETTINGS, type RELAY_EVENT_TYPES } from '../relay/contract';
import { AzapiResource, AzapiUpdateResource } from './azapi';
import { DEAD_LETTER_CONTAINER } from './communication-events';
import type { ICommunicationService } from './communication-service';
import { fail } from './errors';
import { FunctionDestination, WEB_API_VERSION, type EventBatching } from './event-destination';
import type { IHubPolicy } from './hub-policy';
import { KeylessStorageAccount } from './keyless-storage-account';
import { LinkHealthAlert, type LinkHealthAlertOptions } from './link-health-alert';
import { checkName, Naming } from './naming';
import type { INotificationHub } from './notification-hub';
import type { NotificationHubLink } from './notification-hub-link';
import { ScmPublisher, type ICodePublisher } from './publishing/code-publisher';
import { builtFile } from './publishing/package-assets';
import { relayWithTemplates } from './publishing/relay-package';
import { replacedWith } from './replaced-with';
import type { IResourceGroup, Tags } from './resource-group';

const FUNCTION_APP_API_TYPE = `Microsoft.Web/sites@${WEB_API_VERSION}`;

/** Authorities of workforce tenants, whose users ACS knows by their object ids. */
const WORKFORCE = /^https:\/\/login\.microsoftonline\.com\//i;

/**
 * Who may register devices with the relay: apps with a Microsoft Entra access token of this API. Each caller touches
 * the devices of the identities it may act for and no others. See docs/devices.md.
 */
export interface DevicesApi {
  /** Tenant whose tokens are taken. */
  readonly tenantId: string;
  /**
   * Who signs the tokens, for customers: `https://{name}.ciamlogin.com/{tenant}/v2.0` (Entra External ID) or
   * `https://{name}.b2clogin.com/{tenant}/{policy}/v2.0` (Azure AD B2C). Issuer and keys are read from its discovery
   * document, and the issuer has to be of `tenantId`. See docs/devices.md.
   * @default - `https://login.microsoftonline.com/{tenantId}/v2.0`
   */
  readonly authority?: string;
  /** Audience of the tokens: the API's application id, its `api://` URI, or both. */
  readonly audience: string | string[];
  /** App role or delegated scope that a caller needs. @default 'Devices.Register' */
  readonly role?: string;
  /** App role of a back end that may act for every identity. @default 'Devices.Register.All' */
  readonly allRole?: string;
  /**
   * Claim with the ACS identities (raw ids) that a caller may act for.
   * @default - its own: `8:orgid:{oid}`; none with an `authority` for customers
   */
  readonly identityClaim?: string;
  /** Requests that one caller may make in a minute, on each instance. @default 60 */
  readonly requestsPerMinute?: number;
  /** Requests that may come from one address in a minute, on each instance. @default 600 */
  readonly requestsPerMinutePerAddress?: number;
  /** Requests without a valid token after which an address is held off, in a minute, on each instance. @default 20 */
  readonly failuresPerMinutePerAddress?: number;
  /** Proxies of your own before the Function App (Front Door, Application Gateway), 0 to 9. @default 0 */
  readonly proxies?: number;
}

/** The link whose health the relay reports, with an alert on it. */
export interface RelayLinkHealth extends LinkHealthAlertOptions {
  readonly link: NotificationHubLink;
}

/** Memory of one instance, in megabytes. Source: azure-docs, azure-functions/flex-consumption-plan.md. */
export const INSTANCE_MEMORY_SIZES = [512, 2048, 4096] as const;

export interface PushRelayProps {
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
  /** A workspace for its logs. @default - a new one, kept 30 days */
  readonly logAnalyticsWorkspaceId?: string;
  /** @default - the resource group's */
  readonly location?: string;
  /** @default 2048 */
  readonly instanceMemoryInMb?: (typeof INSTANCE_MEMORY_SIZES)[number];
  /** 40 to 1000. @default 40 */
  readonly maximumInstanceCount?: number;
  /** Takes registrations of devices over HTTP. @default - none: `/api/devices` answers 503 */
  readonly devicesApi?: DevicesApi;
  /** Whether what people wrote goes into pushes. @default 'include' */
  readonly messageText?: 'include' | 'omit';
  /**
   * Who shows messages on Android. `data`: the app, each of them. `notification`: Android itself, without code of the
   * app's, and of those that came while the phone was offline the last alone. See docs/devices.md.
   * @default 'data'
   */
  readonly androidMessages?: 'data' | 'notification';
  /**
   * A folder with what pushes say, `{template}/{language}.json`, as docs/relay.md describes it; relative to the working
   * directory. Checked at synth time.
   * @default - the relay's own templates, in English
   */
  readonly templates?: string;
  /** Looks at a link every five minutes, reports the metric `link_health` and alerts on it. @default - none */
  readonly linkHealth?: RelayLinkHealth;
  /** Further app settings. Secrets do not belong here: use Key Vault references. */
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
 * The relay: a Function App on Flex Consumption that turns events into pushes through a hub of its own. It has no key
 * in its settings: its identity may list the keys of rules with Send only (and Listen only, for the devices API), write
 * its storage and its metrics, and nothing else. Basic publishing and shared keys are off.
 */
export class PushRelay extends Construct {
  readonly functionApp: AzapiResource;
  readonly identity: UserAssignedIdentity;
  readonly storage: KeylessStorageAccount;
  readonly applicationInsights: ApplicationInsights;
  /** The alert on the link's health; undefined when none was asked for. */
  readonly linkHealthAlert?: LinkHealthAlert;
  /** The published code; what calls a function depends on it. */
  readonly published: ITerraformDependable;
  /** The rules that it sends with: of its hub, and of the VoIP hub if there is one. */
  readonly sendPolicies: readonly IHubPolicy[];
  /** The rules that it registers devices with, in the same order; none without the devices API. */
  private readonly listenPolicies: readonly IHubPolicy[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PushRelayProps,
  ) {
    super(scope, id);
    this.checkHubs();
    this.checkScale();
    this.checkDevicesApi();
    const { resourceGroup, naming, tags } = props;
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
    const releases = this.storage.container('releases');
    this.applicationInsights = new ApplicationInsights(this, 'Insights', {
      ...named(checkName(this, 'applicationInsights', naming.name('applicationInsights', 'relay'))),
      applicationType: 'web',
      workspaceId: props.logAnalyticsWorkspaceId ?? this.makeWorkspace(location),
      // Without this the connection string in state would let its holder write telemetry.
      localAuthenticationDisabled: true,
    });
    const hubs = [props.hub, ...(props.voipHub ? [props.voipHub] : [])];
    this.sendPolicies = hubs.map((hub) => hub.addSendOnlyPolicy('RelaySendPolicy', 'relay-send'));
    this.listenPolicies = props.devicesApi
      ? hubs.map((hub) => hub.addListenOnlyPolicy('RelayDevicesPolicy', 'relay-devices'))
      : [];
    const roles = this.assignRoles();

    const plan = new ServicePlan(this, 'Plan', {
      ...named(checkName(this, 'servicePlan', naming.name('servicePlan', 'relay'))),
      osType: 'Linux',
      skuName: 'FC1',
    });
    this.functionApp = this.makeFunctionApp(location, plan, releases.name);
    const basicPublishing = ['scm', 'ftp'].map((kind) => this.turnOffBasicPublishing(kind));
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
    this.published = (props.publisher ?? new ScmPublisher()).publish(this, {
      functionAppId: this.functionApp.id,
      defaultHostname: this.defaultHostname,
      packagePath: this.packagePath(),
      packageContainerId: releases.id,
      dependsOn: [...roles, ...(this.linkHealthAlert?.roles ?? []), ...basicPublishing],
    });
  }

  /** ARM id of the Function App. */
  get functionAppId(): string {
    return this.functionApp.id;
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
    return this.storage.container(DEAD_LETTER_CONTAINER).name;
  }

  /** Host name: `{name}.azurewebsites.net`. */
  get defaultHostname(): string {
    // Not read back from Azure: after `terraform import` there is nothing read yet.
    return `${this.functionApp.name}.azurewebsites.net`;
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
    const { packagePath, templates } = this.props;
    if (templates === undefined) return packagePath ?? builtFile(this, 'relay/relay.zip');
    if (packagePath === undefined) return relayWithTemplates(this, templates);
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

  private checkScale(): void {
    const { instanceMemoryInMb, maximumInstanceCount } = this.props;
    if (instanceMemoryInMb !== undefined && !INSTANCE_MEMORY_SIZES.includes(instanceMemoryInMb)) {
      fail(
        this,
        `instanceMemoryInMb takes one of ${INSTANCE_MEMORY_SIZES.join(', ')}; got ${String(instanceMemoryInMb)}`,
      );
    }
    if (maximumInstanceCount !== undefined && (maximumInstanceCount < 40 || maximumInstanceCount > 1000)) {
      fail(this, `maximumInstanceCount takes 40 to 1000, got ${maximumInstanceCount}`);
    }
  }

  private checkDevicesApi(): void {
    const api: Partial<DevicesApi> = this.props.devicesApi ?? {};
    const { authority } = api;
    if (authority !== undefined && !Token.isUnresolved(authority) && !API_AUTHORITY.pattern.test(authority)) {
      fail(
        this,
        `devicesApi.authority takes ${API_AUTHORITY.takes}, for example '${API_AUTHORITY.example}'; got '${authority}'`,
      );
    }
    if (authority !== undefined && !WORKFORCE.test(authority) && api.identityClaim === undefined) {
      Annotations.of(this).addWarning(
        'devicesApi.authority is for customers, whom ACS knows by ids of its own: without identityClaim they may act for nobody, and only back ends register devices; name the claim that has their ACS identity',
      );
    }
    for (const limit of [
      'requestsPerMinute',
      'requestsPerMinutePerAddress',
      'failuresPerMinutePerAddress',
    ] as const) {
      this.checkWhole(`devicesApi.${limit}`, api[limit], 1, 999_999);
    }
    this.checkWhole('devicesApi.proxies', api.proxies, 0, 9);
  }

  private checkWhole(prop: string, value: number | undefined, from: number, to: number): void {
    if (value === undefined || Token.isUnresolved(value)) return;
    if (!Number.isInteger(value) || value < from || value > to) {
      fail(this, `${prop} takes a whole number from ${from} to ${to}, got ${value}`);
    }
  }

  /**
   * By azapi: azurerm_function_app_flex_consumption cannot be told that the host's storage is reached by identity. Left
   * alone it writes an AzureWebJobsStorage without a key, which the host then tries to use; given an empty one it
   * shows a change in every plan (hashicorp/terraform-provider-azurerm#29149, #29693, #30732).
   */
  private makeFunctionApp(location: string, plan: ServicePlan, container: string): AzapiResource {
    const { naming, tags, instanceMemoryInMb = 2048, maximumInstanceCount = 40 } = this.props;
    const name = checkName(this, 'functionApp', naming.name('functionApp', 'relay'));
    const settings = { ...this.appSettings(), ...this.linkHealthSettings(name, location) };
    return new AzapiResource(this, 'Resource', {
      type: FUNCTION_APP_API_TYPE,
      name,
      parentId: this.props.resourceGroup.id,
      location,
      tags,
      identity: { type: 'UserAssigned', identityIds: [this.identity.id] },
      ignoreCasing: true,
      body: {
        kind: 'functionapp,linux',
        properties: {
          serverFarmId: plan.id,
          httpsOnly: true,
          publicNetworkAccess: 'Enabled',
          functionAppConfig: {
            deployment: {
              storage: {
                type: 'blobContainer',
                value: `${this.storage.resource.primaryBlobEndpoint}${container}`,
                authentication: {
                  type: 'UserAssignedIdentity',
                  userAssignedIdentityResourceId: this.identity.id,
                },
              },
            },
            runtime: { name: 'node', version: '22' },
            scaleAndConcurrency: { instanceMemoryMB: instanceMemoryInMb, maximumInstanceCount },
          },
          siteConfig: {
            minTlsVersion: '1.2',
            appSettings: Object.entries(settings).map(([setting, value]) => ({ name: setting, value })),
          },
        },
      },
      // Azure deletes no plan that an app is on.
      lifecycle: { replaceTriggeredBy: [replacedWith(plan)] },
    });
  }

  /** Every site has these two; they are there already, so that they are changed and not made. */
  private turnOffBasicPublishing(kind: string): AzapiUpdateResource {
    return new AzapiUpdateResource(this, `BasicPublishing-${kind}`, {
      type: `Microsoft.Web/sites/basicPublishingCredentialsPolicies@${WEB_API_VERSION}`,
      resourceId: `${this.functionApp.id}/basicPublishingCredentialsPolicies/${kind}`,
      body: { properties: { allow: false } },
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
      // Its shared keys are in state; this makes them open nothing.
      localAuthenticationEnabled: false,
      tags,
    }).id;
  }

  /** What the relay's identity may do, and nothing else. */
  private assignRoles(): ITerraformDependable[] {
    const principal = { principalId: this.identity.principalId, principalType: 'ServicePrincipal' };
    const storage = this.storage.storageAccountId;
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
      ...this.allowReadingKeys(),
    ];
  }

  /** The one right it needs on its hubs: to read the keys of the rules it sends and registers with. */
  private allowReadingKeys(): ITerraformDependable[] {
    const roleDefinitionId = this.props.keyRoleDefinitionId ?? this.makeKeyRole();
    const [send, voipSend] = this.sendPolicies;
    const [listen, voipListen] = this.listenPolicies;
    const policies = {
      SendKeyRole: send,
      VoipSendKeyRole: voipSend,
      DevicesKeyRole: listen,
      VoipDevicesKeyRole: voipListen,
    };
    return Object.entries(policies).flatMap(([id, policy]) =>
      policy
        ? [
            new RoleAssignment(this, id, {
              principalId: this.identity.principalId,
              principalType: 'ServicePrincipal',
              scope: policy.policyId,
              roleDefinitionId,
            }),
          ]
        : [],
    );
  }

  private makeKeyRole(): string {
    const { resourceGroup, naming } = this.props;
    const roleName = `${naming.name('functionApp', 'relay')} key reader`;
    const guid = uuidOf(roleName);
    const definition = new AzapiResource(this, 'KeyRoleDefinition', {
      type: 'Microsoft.Authorization/roleDefinitions@2022-04-01',
      name: guid,
      parentId: resourceGroup.id,
      body: {
        properties: {
          roleName,
          type: 'CustomRole',
          description: 'Reads the keys of one authorization rule of a notification hub.',
          permissions: [{ actions: [LIST_RULE_KEYS], notActions: [], dataActions: [], notDataActions: [] }],
          assignableScopes: [resourceGroup.id],
        },
      },
    });
    // Azure answers with the subscription's form of the id; any other would show as a change in every plan.
    const subscription = Fn.element(Fn.regexall('^/subscriptions/[^/]+', definition.id), 0);
    return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
  }

  private appSettings(): Record<string, string> {
    const [send, voipSend] = this.sendPolicies;
    return {
      ...this.props.appSettings,
      AzureWebJobsStorage__accountName: this.storage.storageAccountName,
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: this.identity.clientId,
      APPLICATIONINSIGHTS_CONNECTION_STRING: this.applicationInsights.connectionString,
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${this.identity.clientId};Authorization=AAD`,
      [RELAY_SETTINGS.sourceId]: this.props.communicationService.communicationServiceId,
      [RELAY_SETTINGS.hubRuleId]: send!.policyId,
      ...(voipSend && { [RELAY_SETTINGS.voipHubRuleId]: voipSend.policyId }),
      [RELAY_SETTINGS.identityClientId]: this.identity.clientId,
      [RELAY_SETTINGS.storageAccount]: this.storage.storageAccountName,
      [RELAY_SETTINGS.deadLetterContainer]: this.deadLetterContainerName,
      ...this.platformSettings(),
      ...(this.props.messageText && { [RELAY_SETTINGS.messageText]: this.props.messageText }),
      ...(this.props.androidMessages && { [RELAY_SETTINGS.androidMessages]: this.props.androidMessages }),
      ...this.devicesSettings(),
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

  private devicesSettings(): Record<string, string> {
    const api = this.props.devicesApi;
    const [listen, voipListen] = this.listenPolicies;
    if (!api || !listen) return {};
    const settings: Record<string, string | undefined> = {
      [RELAY_SETTINGS.devicesRuleId]: listen.policyId,
      [RELAY_SETTINGS.voipDevicesRuleId]: voipListen?.policyId,
      [RELAY_SETTINGS.apiTenantId]: api.tenantId,
      [RELAY_SETTINGS.apiAuthority]: api.authority,
      [RELAY_SETTINGS.apiAudience]: [api.audience].flat().join(','),
      [RELAY_SETTINGS.apiRole]: api.role,
      [RELAY_SETTINGS.apiAllRole]: api.allRole,
      [RELAY_SETTINGS.apiIdentityClaim]: api.identityClaim,
      [RELAY_SETTINGS.apiRequestsPerMinute]: api.requestsPerMinute?.toString(),
      [RELAY_SETTINGS.apiRequestsPerMinutePerAddress]: api.requestsPerMinutePerAddress?.toString(),
      [RELAY_SETTINGS.apiFailuresPerMinutePerAddress]: api.failuresPerMinutePerAddress?.toString(),
      [RELAY_SETTINGS.apiProxies]: api.proxies?.toString(),
    };
    return Object.fromEntries(
      Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }
}

const LIST_RULE_KEYS =
  'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules/listKeys/action';

/** A name-based UUID: the same text gives the same one. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
