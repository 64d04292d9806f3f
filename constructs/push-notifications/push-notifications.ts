import { type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Grant } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import type { ApnsTokenCredential } from '../credentials/apns-token-credential';
import type { BrowserCredential } from '../credentials/browser-credential';
import { CommunicationEvents } from '../event-grid/communication-events';
import { CommunicationService, type DataLocation } from '../communication/communication-service';
import type {
  ICommunicationService,
  INotificationHubLink,
  LinkVerifyGrantOptions,
} from '../communication/communication-service-interface';
import { mistake } from '../core/mistakes';
import { warn } from '../core/warnings';
import type { IEventDestination } from '../event-grid/event-destination';
import type { FcmV1Credential } from '../credentials/fcm-v1-credential';
import { HubVerification } from '../verification/hub-verification';
import { KeylessStorageAccount } from '../storage/keyless-storage-account';
import type { IStorageAccount } from '../storage/storage-account-interface';
import { LinkVerification, type LinkVerificationOptions } from '../verification/link-verification';
import { MonitoringActionGroup, type AlertReceivers } from '../monitoring/action-group';
import type { MonitoredHub } from '../monitoring/hub-alerts';
import { PushMonitoring } from '../monitoring/push-monitoring';
import type { Naming } from '../core/naming';
import { NotificationHub } from '../notification-hubs/notification-hub';
import type { INotificationHub } from '../notification-hubs/notification-hub-interface';
import {
  NotificationHubNamespace,
  type INotificationHubNamespace,
} from '../notification-hubs/notification-hub-namespace';
import { optionsOf } from '../resource-options';
import { checkNameIsFree, namingOf, soundPushNotificationsProps } from './checks';
import { hubOptions, type HubPurpose, relayPartOptions } from './part-options';
import { storageAccess } from '../network/private-networking';
import { makeDeadLetterStorage, makeVaultEndpoint } from './private-parts';
import { linkKeyOf } from './link-key';
import { addOutputs } from './outputs';
import {
  isDestination,
  relayOptions,
  type MonitoringOptions,
  type PushNotificationsProps,
  type PushRelayOptions,
} from './props';
import { PushRelay, type RelayLinkHealth } from '../relay/push-relay';
import { subscribe } from './subscriptions';
import { provideFor, useProviders } from '../core/providers';

export type {
  MonitoringOptions,
  PushNotificationsPart,
  PushNotificationsProps,
  PushOutputsOptions,
  PushRelayOptions,
  SubscriptionOptions,
} from './props';

/**
 * Push notifications for an app on Azure Communication Services, whole: the resource, a hub with APNs and FCM
 * credentials linked to it for calls and chat, and a relay with a hub of its own for every other event. Each part can
 * be replaced by one that exists.
 */
export class PushNotifications extends Construct {
  /** The Communication Services resource: new, or the one that was given. */
  readonly communicationService: ICommunicationService;
  /** The hub that is linked to the Communication Services resource. */
  readonly callingHub: INotificationHub;
  /** The link between Communication Services and `callingHub`. */
  readonly link: INotificationHubLink;
  /** The relay's own hub; undefined when there is no relay. */
  readonly relayHub?: INotificationHub;
  /** The hub of VoIP pushes; undefined without `voipApns` and `voipHub`. */
  readonly voipHub?: INotificationHub;
  /** Topic and subscriptions; undefined with `events: false`. */
  readonly events?: CommunicationEvents;
  /** Holds the relay's code and records, and dead letters; undefined when there is neither. */
  readonly storage?: IStorageAccount;
  /** The relay; undefined when events go elsewhere or nowhere. */
  readonly relay?: PushRelay;
  /** Alerts, action group and workbook; undefined without `monitoring`. */
  readonly monitoring?: PushMonitoring;
  private readonly naming: Naming;
  /** Who is told of alerts; undefined without `monitoring`. */
  readonly actionGroup?: MonitoringActionGroup;
  private readonly props: PushNotificationsProps;
  private ownNamespace?: INotificationHubNamespace;

  constructor(scope: Construct, id: string, given: PushNotificationsProps) {
    super(scope, id);
    const props = soundPushNotificationsProps(this, given);
    this.props = props;
    useProviders(this, props.providers);
    checkNameIsFree(this, props.name);
    this.naming = namingOf(this, props);
    this.actionGroup = props.monitoring && this.makeActionGroup(props.monitoring);
    this.communicationService = props.communicationService ?? this.makeCommunicationService();
    this.callingHub =
      props.callingHub ?? this.makeHub('CallingHub', 'calling', props.linkedApns ?? props.apns);
    this.link = this.communicationService.linkNotificationHub(this.callingHub, {
      ...props.link,
      key: linkKeyOf(this, props) ?? props.link?.key,
    });
    // Of a resource that exists, which is in another place of the tree.
    provideFor(this.link, this);
    const side = props.events === false ? undefined : this.makeEventSide(props.events);
    makeVaultEndpoint(this, props, this.naming);
    this.relayHub = side?.relayHub;
    this.voipHub = side?.voipHub;
    this.relay = side?.relay;
    this.events = side?.events;
    this.storage = side?.storage;
    this.monitoring = props.monitoring && this.makeMonitoring(props.monitoring);
    if (props.verification !== false) {
      new LinkVerification(this, 'Verification', {
        ...props.verification,
        link: this.link,
        dependsOn: side?.subscriptions,
      });
      this.verifyRelayHubs(props.verification);
    }
    addOutputs(this, props);
  }

  /**
   * Lets a principal prove what this construct makes, with `acs-push verify` or in a deploy of its own: the link, and the
   * relay's hubs. It reads the keys of their rules, with which it can send.
   */
  grantVerify(grantee: IGrantable, options: LinkVerifyGrantOptions = {}): Grant {
    const hubs = [this.relayHub, this.voipHub].flatMap((hub, index) => {
      const policy = this.relay?.sendPolicies[index];
      return hub && policy ? [hub.grantVerify(grantee, policy, options)] : [];
    });
    return this.link.grantVerify(grantee, options).combine(...hubs);
  }

  /** The namespace of the hubs that are made here; undefined when all of them were given. */
  get namespace(): INotificationHubNamespace | undefined {
    return this.ownNamespace ?? this.props.namespace;
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
    const subscriptions = subscribe(
      events,
      this.naming,
      props,
      (functionName) => destination ?? relaySide!.relay.destination(functionName),
    );
    return { ...relaySide, events, storage, subscriptions };
  }

  private makeRelay(
    options: PushRelayOptions,
    storage: IStorageAccount | undefined,
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
      privateNetworking: props.privateNetworking,
      tags: props.tags,
      lock: props.lock,
      resourceOptions: relayPartOptions(props.resourceOptions),
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
    const { location, logAnalyticsWorkspaceId, applicationInsights } = relayOptions(events);
    const given = logAnalyticsWorkspaceId ?? applicationInsights;
    return new PushMonitoring(this, 'Monitoring', {
      ...options,
      resourceGroup,
      naming: this.naming,
      notify: this.actionGroup,
      hubs,
      // What was there before is read and not changed: its logs are its owner's, as is a workspace's cap.
      namespaceId: namespace ? undefined : this.namespace?.namespaceId,
      sku: namespace ? namespace.sku : (sku ?? 'Basic'),
      systemTopic: this.events?.systemTopic,
      relay,
      communicationService: this.communicationService,
      logAnalyticsWorkspaceId: options.logAnalyticsWorkspaceId ?? relay?.logAnalyticsWorkspaceId,
      deliveryLogs: !this.props.systemTopic,
      cappedWorkspaceId: relay && !given ? relay.logAnalyticsWorkspaceId : false,
      location: applicationInsights?.location ?? location,
      tags,
    });
  }

  private makeCommunicationService(): ICommunicationService {
    const { resourceGroup, dataLocation, preventDestroy, resourceOptions } = this.props;
    return new CommunicationService(this, 'CommunicationService', {
      resourceGroup,
      name: this.naming.name('communicationService'),
      dataLocation: dataLocation ?? this.neededDataLocation(),
      preventDestroy,
      ...optionsOf(this.props, resourceOptions?.communicationService),
    });
  }

  private neededDataLocation(): DataLocation {
    mistake(this, "dataLocation is needed for a new Communication Services resource, for example 'Europe'");
    return 'Europe';
  }

  private makeHub(
    id: string,
    purpose: HubPurpose,
    apns: ApnsTokenCredential | undefined,
    fcm: FcmV1Credential | undefined = purpose === 'voip' ? undefined : this.props.fcm,
    browser?: BrowserCredential,
  ): NotificationHub {
    const { resourceGroup, preventDestroy } = this.props;
    const namespace = (this.ownNamespace ??= this.props.namespace ?? this.makeNamespace());
    return new NotificationHub(this, id, {
      namespace,
      name: this.naming.name('notificationHub', purpose),
      location: namespace.location ?? resourceGroup.location,
      apns,
      fcm,
      browser,
      preventDestroy,
      ...hubOptions(this.props, purpose),
    });
  }

  private makeNamespace(): NotificationHubNamespace {
    const { resourceGroup, sku, preventDestroy, resourceOptions } = this.props;
    return new NotificationHubNamespace(this, 'Namespace', {
      resourceGroup,
      name: this.naming.name('notificationHubNamespace'),
      sku,
      preventDestroy,
      ...optionsOf(this.props, resourceOptions?.namespace),
    });
  }

  private makeStorage(): KeylessStorageAccount {
    const { resourceGroup, resourceOptions, privateNetworking } = this.props;
    return new KeylessStorageAccount(this, 'Storage', {
      resourceGroup,
      name: this.naming.name('storageAccount'),
      ...storageAccess(privateNetworking),
      ...optionsOf(this.props, resourceOptions?.storage),
    });
  }

  private makeEvents(storage: IStorageAccount | undefined): CommunicationEvents {
    const { resourceGroup, systemTopic, deadLetter, deadLetterRetentionDays, tags, lock } = this.props;
    const { resourceOptions } = this.props;
    if (systemTopic && !deadLetter) {
      warn(
        this,
        'no-dead-letter',
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
              storage: this.props.privateNetworking
                ? makeDeadLetterStorage(this, this.props, this.naming)
                : storage,
              identityName: this.naming.name('userAssignedIdentity', 'events'),
              deadLetterRetentionDays,
            },
      tags,
      lock,
      resourceOptions: {
        systemTopic: resourceOptions?.systemTopic,
        identity: resourceOptions?.eventsIdentity,
      },
    });
  }
}

/** What there is when events are taken. */
interface EventSide {
  readonly relayHub?: INotificationHub;
  readonly voipHub?: INotificationHub;
  readonly relay?: PushRelay;
  readonly events: CommunicationEvents;
  readonly storage?: IStorageAccount;
  readonly subscriptions: ITerraformDependable[];
}
