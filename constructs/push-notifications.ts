import { Annotations, TerraformStack, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { RELAY_EVENT_TYPES } from '../relay/contract';
import type { ApnsTokenCredential } from './apns-token-credential';
import type { BrowserCredential } from './browser-credential';
import { CommunicationEvents } from './communication-events';
import { CommunicationService, type DataLocation, type ICommunicationService } from './communication-service';
import type { DeadLetterOptions } from './dead-letter-container';
import { fail } from './errors';
import type { IEventDestination } from './event-destination';
import {
  CALL_RETRY_POLICY,
  MESSAGE_RETRY_POLICY,
  type DeadLetterDestination,
  type EventSubscriptionOptions,
} from './event-subscription';
import type { CommunicationEventType } from './event-types';
import type { FcmV1Credential } from './fcm-v1-credential';
import { HubVerification } from './hub-verification';
import { KeylessStorageAccount } from './keyless-storage-account';
import type { LinkHealthAlertOptions } from './link-health-alert';
import { MonitoringActionGroup, type AlertReceivers } from './monitoring/action-group';
import type { MonitoredHub } from './monitoring/hub-alerts';
import { PushMonitoring, type PushMonitoringOptions } from './monitoring/push-monitoring';
import { LinkVerification, type LinkVerificationOptions } from './link-verification';
import { Naming, uniqueSuffixOf } from './naming';
import { NotificationHub, type INotificationHub } from './notification-hub';
import type { NotificationHubLink, NotificationHubLinkOptions } from './notification-hub-link';
import {
  NotificationHubNamespace,
  type INotificationHubNamespace,
  type NotificationHubSku,
} from './notification-hub-namespace';
import { PushRelay, type PushRelayProps, type RelayLinkHealth } from './push-relay';
import type { IResourceGroup, Tags } from './resource-group';
import type { ISystemTopic } from './system-topic';

export interface PushNotificationsProps extends DeadLetterOptions {
  readonly resourceGroup: IResourceGroup;
  /** Base of all names: 2 to 20 lower-case letters, digits and hyphens, starting with a letter. */
  readonly name: string;
  /**
   * Letters and digits behind the names that have to be unique worldwide.
   * @default - made from the name and the construct's path; give one of your own when others use this example
   */
  readonly uniqueSuffix?: string;
  /** Needed unless `communicationService` is given. */
  readonly dataLocation?: DataLocation;
  /** @default - a new one */
  readonly communicationService?: ICommunicationService;
  /** APNs credential of both hubs. @default - no pushes to Apple devices */
  readonly apns?: ApnsTokenCredential;
  /** Another APNs credential for the linked hub, such as one with topic 'voip'. @default - `apns` */
  readonly linkedApns?: ApnsTokenCredential;
  /** FCM credential of both hubs. @default - no pushes to Android devices */
  readonly fcm?: FcmV1Credential;
  /** Web Push credential of the relay's hub. @default - no pushes to browsers */
  readonly browser?: BrowserCredential;
  /** APNs credential, topic 'voip', of a third hub for VoIP pushes by the relay. @default - no such hub */
  readonly voipApns?: ApnsTokenCredential;
  /** @default - a new one for all hubs */
  readonly namespace?: INotificationHubNamespace;
  /** Tier of the new namespace. @default 'Basic' */
  readonly sku?: NotificationHubSku;
  /** The hub that is linked. @default - a new one */
  readonly callingHub?: INotificationHub;
  /** The relay's hub. @default - a new one */
  readonly relayHub?: INotificationHub;
  /** @default - a new one when `voipApns` is given */
  readonly voipHub?: INotificationHub;
  /** @default - Send-only policy, primary key */
  readonly link?: NotificationHubLinkOptions;
  /**
   * The proof that a deploy asks for, of the link and of the relay's hubs; `false` for none. The level 'live' is asked
   * of the link alone: no call goes through the relay.
   * @default - level 'settled', 15 minutes
   */
  readonly verification?: LinkVerificationOptions | false;
  /** @default - a new topic; Azure allows one per Communication Services resource */
  readonly systemTopic?: ISystemTopic;
  /** Where events go that could not be delivered. @default - a container of the stack's storage account */
  readonly deadLetter?: DeadLetterDestination;
  /**
   * Where events go: a relay Function with these props, a destination of the caller's (a webhook, a function), or
   * `false` for calling pushes alone.
   * @default - a relay Function
   */
  readonly events?: PushRelayOptions | IEventDestination | false;
  /**
   * The relay looks at the link every five minutes, reports the metric `link_health` and alerts on it: `true`, or the
   * action groups to tell. Needs the relay.
   * @default - on with `monitoring` and a relay, whose action groups it tells as well; else off
   */
  readonly linkHealthAlert?: boolean | LinkHealthAlertOptions;
  /** Alerts, who is told of them, a workbook and the services' logs, for somebody on call. @default - none */
  readonly monitoring?: MonitoringOptions;
  /** The subscription for calls. */
  readonly calls?: SubscriptionOptions;
  /** The subscription for everything else. */
  readonly messages?: SubscriptionOptions;
  /** The subscription for recordings. Apart from messages: what waits there slows down its own subscription alone. */
  readonly recordings?: SubscriptionOptions;
  readonly tags?: Tags;
}

/** What somebody on call needs, and who they are. */
export interface MonitoringOptions extends PushMonitoringOptions, AlertReceivers {
  /** A workspace for the services' logs. @default - the relay's; without a relay they are not kept */
  readonly logAnalyticsWorkspaceId?: string;
}

export type PushRelayOptions = Partial<
  Omit<
    PushRelayProps,
    | 'resourceGroup'
    | 'communicationService'
    | 'hub'
    | 'voipHub'
    | 'linkHealth'
    | 'deadLetterRetentionDays'
    | 'tags'
  >
>;

export type SubscriptionOptions = Partial<Omit<EventSubscriptionOptions, 'destination' | 'deadLetter'>>;

/**
 * Push notifications for an app on Azure Communication Services, whole: the resource, a hub with APNs and FCM
 * credentials linked to it for calls and chat, and a relay with a hub of its own for every other event. Each part can
 * be replaced by one that exists.
 */
export class PushNotifications extends Construct {
  readonly communicationService: ICommunicationService;
  /** The hub that is linked to the Communication Services resource. */
  readonly callingHub: INotificationHub;
  readonly link: NotificationHubLink;
  /** The relay's own hub; undefined when there is no relay. */
  readonly relayHub?: INotificationHub;
  readonly voipHub?: INotificationHub;
  readonly events?: CommunicationEvents;
  readonly relay?: PushRelay;
  readonly monitoring?: PushMonitoring;
  private readonly naming: Naming;
  private readonly actionGroup?: MonitoringActionGroup;
  private namespace?: INotificationHubNamespace;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PushNotificationsProps,
  ) {
    super(scope, id);
    if (!/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/.test(props.name)) {
      fail(
        this,
        `name takes 2 to 20 lower-case letters, digits and hyphens, starting with a letter, got '${props.name}'`,
      );
    }
    this.checkNameIsFree();
    this.checkRelayParts();
    const suffix = props.uniqueSuffix ?? uniqueSuffixOf(props.name, this.node.path);
    if (!/^[a-z0-9]{3,10}$/.test(suffix)) {
      fail(this, `uniqueSuffix takes 3 to 10 lower-case letters and digits, got '${suffix}'`);
    }
    this.naming = new Naming(props.name, suffix);
    this.actionGroup = props.monitoring && this.makeActionGroup(props.monitoring);
    this.communicationService = props.communicationService ?? this.makeCommunicationService();
    this.callingHub =
      props.callingHub ?? this.makeHub('CallingHub', 'calling', props.linkedApns ?? props.apns);
    this.link = this.communicationService.linkNotificationHub(this.callingHub, props.link);
    const side = props.events === false ? undefined : this.makeEventSide(props.events);
    this.relayHub = side?.relayHub;
    this.voipHub = side?.voipHub;
    this.relay = side?.relay;
    this.events = side?.events;
    this.monitoring = props.monitoring && this.makeMonitoring(props.monitoring);
    if (props.verification !== false) {
      new LinkVerification(this, 'Verification', {
        ...props.verification,
        link: this.link,
        dependsOn: side?.subscriptions,
      });
      this.verifyRelayHubs(props.verification);
    }
  }

  private verifyRelayHubs(options: LinkVerificationOptions = {}): void {
    const { relay, relayHub, voipHub } = this;
    if (!relay) return;
    const level = options.level === 'live' ? 'settled' : options.level;
    [relayHub, voipHub].forEach((hub, index) => {
      // Of browsers' push services nothing can be proved by a push to nobody.
      if (!hub || (hub.platforms && !hub.platforms.apns && !hub.platforms.fcmV1)) return;
      const id = index === 0 ? 'RelayVerification' : 'VoipVerification';
      new HubVerification(this, id, { ...options, level, hub, policy: relay.sendPolicies[index]! });
    });
  }

  private makeEventSide(target: PushRelayOptions | IEventDestination | undefined): EventSide {
    const { props } = this;
    const destination = isDestination(target) ? target : undefined;
    // With a destination of the caller's, storage is for dead letters alone.
    const storage =
      destination && (props.deadLetter || props.systemTopic)
        ? undefined
        : (relayOptions(target).storage ?? this.makeStorage());
    const relaySide = destination ? undefined : this.makeRelay(relayOptions(target), storage);
    const events = this.makeEvents(storage);
    const subscriptions = this.subscribe(
      events,
      (functionName) => destination ?? relaySide!.relay.destination(functionName),
    );
    return { ...relaySide, events, subscriptions };
  }

  private makeRelay(
    options: PushRelayOptions,
    storage: KeylessStorageAccount | undefined,
  ): { relay: PushRelay; relayHub: INotificationHub; voipHub?: INotificationHub } {
    const { props } = this;
    const relayHub =
      props.relayHub ?? this.makeHub('RelayHub', 'relay', props.apns, props.fcm, props.browser);
    const voipHub =
      props.voipHub ?? (props.voipApns && this.makeHub('VoipHub', 'voip', props.voipApns, undefined));
    const relay = new PushRelay(this, 'Relay', {
      naming: this.naming,
      ...options,
      resourceGroup: props.resourceGroup,
      communicationService: this.communicationService,
      hub: relayHub,
      voipHub,
      storage,
      linkHealth: this.linkHealth(),
      deadLetterRetentionDays: props.deadLetterRetentionDays,
      tags: props.tags,
    });
    return { relay, relayHub, voipHub };
  }

  private linkHealth(): RelayLinkHealth | undefined {
    const { monitoring, linkHealthAlert = monitoring !== undefined } = this.props;
    if (linkHealthAlert === false) return undefined;
    const { actionGroupIds = [], ...options } = linkHealthAlert === true ? {} : linkHealthAlert;
    return {
      runbookUrl: monitoring?.runbookUrl,
      ...options,
      actionGroupIds: [...new Set([...(this.actionGroup?.actionGroupIds ?? []), ...actionGroupIds])],
      link: this.link,
    };
  }

  private makeActionGroup(receivers: AlertReceivers): MonitoringActionGroup {
    const { resourceGroup, tags } = this.props;
    return new MonitoringActionGroup(this, 'ActionGroup', {
      ...receivers,
      resourceGroup,
      naming: this.naming,
      tags,
    });
  }

  private makeMonitoring(options: MonitoringOptions): PushMonitoring {
    const { resourceGroup, namespace, sku, events, tags } = this.props;
    const { relay, callingHub, relayHub, voipHub } = this;
    const hubs: MonitoredHub[] = [
      { purpose: 'calling', hub: callingHub },
      ...(relayHub ? [{ purpose: 'relay', hub: relayHub }] : []),
      ...(voipHub ? [{ purpose: 'voip', hub: voipHub }] : []),
    ];
    const { location, logAnalyticsWorkspaceId: given } = relayOptions(events);
    return new PushMonitoring(this, 'Monitoring', {
      ...options,
      resourceGroup,
      naming: this.naming,
      notify: this.actionGroup,
      hubs,
      // What was there before is read and not changed: its logs are its owner's, as is a workspace's cap.
      namespaceId: namespace ? undefined : this.namespace?.namespaceId,
      sku: namespace ? undefined : (sku ?? 'Basic'),
      systemTopic: this.events?.systemTopic,
      relay,
      communicationService: this.communicationService,
      logAnalyticsWorkspaceId: options.logAnalyticsWorkspaceId ?? relay?.logAnalyticsWorkspaceId,
      deliveryLogs: !this.props.systemTopic,
      cappedWorkspaceId: relay && !given ? relay.logAnalyticsWorkspaceId : false,
      location,
      tags,
    });
  }

  /** Names within a resource group come from `name` alone. */
  private checkNameIsFree(): void {
    const twin = TerraformStack.of(this)
      .node.findAll()
      .find(
        (other) =>
          other instanceof PushNotifications && other !== this && other.props.name === this.props.name,
      );
    if (twin)
      fail(
        this,
        `name '${this.props.name}' is taken by ${twin.node.path}: give each PushNotifications of a stack its own`,
      );
  }

  private checkRelayParts(): void {
    const { events, callingHub, linkedApns, relayHub, voipApns, voipHub, browser, linkHealthAlert } =
      this.props;
    const hasRelay = events !== false && !isDestination(events);
    if (callingHub && linkedApns) {
      fail(
        this,
        `linkedApns is the credential of a new linked hub, and one that exists is given: leave out linkedApns, or callingHub`,
      );
    }
    if (!hasRelay && (relayHub || voipApns || voipHub)) {
      fail(
        this,
        `relayHub, voipApns and voipHub are the relay's, and there is no relay here: leave them out, or leave out events`,
      );
    }
    if (browser && (!hasRelay || relayHub)) {
      fail(
        this,
        `browser is the credential of the relay's new hub, and there is none here: leave it out, or leave out ${hasRelay ? 'relayHub' : 'events'}`,
      );
    }
    if (!hasRelay && linkHealthAlert) {
      fail(
        this,
        `linkHealthAlert is on what the relay reports, and there is no relay here: leave it out, or leave out events`,
      );
    }
    if (callingHub && relayHub && callingHub.notificationHubId === relayHub.notificationHubId) {
      fail(
        this,
        `the relay needs a hub of its own, or its pushes cannot be told from those of Communication Services; ` +
          `got ${relayHub.node.path} as callingHub and as relayHub: leave relayHub out, or give another`,
      );
    }
  }

  private makeCommunicationService(): ICommunicationService {
    const { resourceGroup, dataLocation, tags } = this.props;
    return new CommunicationService(this, 'CommunicationService', {
      resourceGroup,
      name: this.naming.name('communicationService'),
      dataLocation:
        dataLocation ??
        fail(this, "dataLocation is needed for a new Communication Services resource, for example 'Europe'"),
      tags,
    });
  }

  private makeHub(
    id: string,
    purpose: string,
    apns: ApnsTokenCredential | undefined,
    fcm: FcmV1Credential | undefined = purpose === 'voip' ? undefined : this.props.fcm,
    browser?: BrowserCredential,
  ): NotificationHub {
    const { resourceGroup, tags } = this.props;
    this.namespace ??= this.props.namespace ?? this.makeNamespace();
    return new NotificationHub(this, id, {
      namespace: this.namespace,
      name: this.naming.name('notificationHub', purpose),
      location: this.namespace.location ?? resourceGroup.location,
      apns,
      fcm,
      browser,
      tags,
    });
  }

  private makeNamespace(): NotificationHubNamespace {
    const { resourceGroup, sku, tags } = this.props;
    return new NotificationHubNamespace(this, 'Namespace', {
      resourceGroup,
      name: this.naming.name('notificationHubNamespace'),
      sku,
      tags,
    });
  }

  private makeStorage(): KeylessStorageAccount {
    const { resourceGroup, tags } = this.props;
    return new KeylessStorageAccount(this, 'Storage', {
      resourceGroup,
      name: this.naming.name('storageAccount'),
      tags,
    });
  }

  private makeEvents(storage: KeylessStorageAccount | undefined): CommunicationEvents {
    const { resourceGroup, systemTopic, deadLetter, deadLetterRetentionDays, tags } = this.props;
    if (systemTopic && !deadLetter) {
      Annotations.of(this).addWarning(
        'events that cannot be delivered are lost: a system topic that exists was given without deadLetter; give deadLetter too',
      );
    }
    return new CommunicationEvents(this, 'Events', {
      resourceGroup,
      communicationService: this.communicationService,
      systemTopic,
      systemTopicName: systemTopic ? undefined : this.naming.name('systemTopic'),
      deadLetter,
      deadLetterContainer:
        deadLetter || systemTopic || !storage
          ? undefined
          : {
              storage,
              identityName: this.naming.name('userAssignedIdentity', 'events'),
              deadLetterRetentionDays,
            },
      tags,
    });
  }

  private subscribe(
    events: CommunicationEvents,
    target: (functionName: keyof typeof RELAY_EVENT_TYPES) => IEventDestination,
  ): ITerraformDependable[] {
    const calls = events.addSubscription('Calls', {
      name: this.naming.name('eventSubscription', 'calls'),
      eventTypes: [...RELAY_EVENT_TYPES.calls],
      retryPolicy: CALL_RETRY_POLICY,
      ...this.props.calls,
      destination: target('calls'),
    });
    const recordings = events.addSubscription('Recordings', {
      name: this.naming.name('eventSubscription', 'recordings'),
      eventTypes: [...RELAY_EVENT_TYPES.recordings],
      retryPolicy: MESSAGE_RETRY_POLICY,
      ...this.props.recordings,
      destination: target('recordings'),
    });
    const messages = events.addSubscription('Messages', {
      name: this.naming.name('eventSubscription', 'messages'),
      eventTypes: [...RELAY_EVENT_TYPES.messages, ...this.optionalEventTypes()],
      retryPolicy: MESSAGE_RETRY_POLICY,
      ...this.props.messages,
      destination: target('messages'),
      // In a stack of an earlier version it takes recordings too: it gives them up when the other one has them.
      dependsOn: [...(this.props.messages?.dependsOn ?? []), recordings.resource],
    });
    return [calls.resource, messages.resource, recordings.resource];
  }

  private optionalEventTypes(): CommunicationEventType[] {
    const { optionalEvents = [] } = relayOptions(this.props.events);
    return [...new Set(optionalEvents)].map((name) => `Microsoft.Communication.${name}` as const);
  }
}

/** What there is when events are taken. */
interface EventSide {
  readonly relayHub?: INotificationHub;
  readonly voipHub?: INotificationHub;
  readonly relay?: PushRelay;
  readonly events: CommunicationEvents;
  readonly subscriptions: ITerraformDependable[];
}

function isDestination(events: PushNotificationsProps['events']): events is IEventDestination {
  return typeof events === 'object' && 'bind' in events;
}

function relayOptions(events: PushNotificationsProps['events']): PushRelayOptions {
  return typeof events === 'object' && !isDestination(events) ? events : {};
}
