import type { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import type { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { Construct } from 'constructs';
import { assignRole } from '../authorization/grant';
import type { ICommunicationService } from '../communication/communication-service-interface';
import { deadLetterContainer, type DeadLetterOptions } from '../storage/dead-letter-container';
import { mistake } from '../core/mistakes';
import type { TopicIdentity } from './delivery-identity';
import { warn } from '../core/warnings';
import { soundResourceGroup } from '../core/checks';
import {
  EventSubscription,
  type DeadLetterDestination,
  type EventSubscriptionOptions,
} from './event-subscription';
import type { Lock } from '../core/azure-resource-options';
import { checkPartOptions, makeIdentity, optionsOf, type PartOptions } from '../resource-options';
import type { IStorageAccount } from '../storage/storage-account-interface';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { checkTags } from '../core/tags';
import { checkDeadLetter } from './event-checks';
import { SystemTopic, type ISystemTopic } from './system-topic';
import { requireProps } from '../core/kinds';
import { useProviders, type ProvidersProps } from '../core/providers';

/** A container for events that could not be delivered, and who writes into it. */
export interface DeadLetterContainerProps extends DeadLetterOptions {
  /** The account that the container is made in. */
  readonly storage: IStorageAccount;
  /** Name of the container. @default 'deadletter' */
  readonly containerName?: string;
  /**
   * Name of the identity that writes into it: 3 to 128 letters, digits, `-` and `_`. Needed without `identity`.
   * @default - none is made
   */
  readonly identityName?: string;
}

/** The events of a Communication Services resource. */
export interface CommunicationEventsProps extends ProvidersProps {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** The resource whose events they are. */
  readonly communicationService: ICommunicationService;
  /** A topic that exists; Azure allows one per resource. @default - a new one, named `systemTopicName` */
  readonly systemTopic?: ISystemTopic;
  /** Name of the new topic: 3 to 50 letters, digits and hyphens. @default - none, with `systemTopic` */
  readonly systemTopicName?: string;
  /**
   * Identity that the new topic carries: it writes dead letters, and delivers to queues, Service Bus and Event Hubs.
   * @default - a new one with `deadLetterContainer`, else none
   */
  readonly identity?: TopicIdentity & {
    /** Object id of its service principal, which may have to be given roles on where events go. */
    readonly principalId: string;
  };
  /**
   * A container for events that could not be delivered, written by an identity of the new topic. For a topic that
   * exists give `deadLetter` instead.
   * @default - none
   */
  readonly deadLetterContainer?: DeadLetterContainerProps;
  /** Where events go that could not be delivered, when that exists already. @default - none */
  readonly deadLetter?: DeadLetterDestination;
  /**
   * Tags of the resources that are made: 50 at most; keys up to 512 characters (128 of a storage account), values up
   * to 256.
   * @default - none
   */
  readonly tags?: Tags;
  /** A lock on each part that is made. @default - none */
  readonly lock?: Lock;
  /** Tags, lock, roles and diagnostic settings of single parts. @default - `tags` and `lock` */
  readonly resourceOptions?: PartOptions<'systemTopic' | 'identity'>;
}

/** The events of a Communication Services resource: its one system topic, and subscriptions to it. */
export class CommunicationEvents extends Construct {
  /** The topic that Azure publishes its events on; one for a resource. */
  readonly systemTopic: ISystemTopic;
  /** Where events go that could not be delivered; undefined where they are lost. */
  readonly deadLetter?: DeadLetterDestination;
  /** The account of the new container; undefined when none was made. */
  readonly deadLetterStorage?: IStorageAccount;
  /** The identity that was made to write dead letters, which the new topic carries; undefined when none was made. */
  readonly identity?: UserAssignedIdentity;
  /** Lets it write them. */
  readonly deadLetterRole?: RoleAssignment;

  constructor(scope: Construct, id: string, props: CommunicationEventsProps) {
    super(scope, id);
    requireProps(this, props);
    useProviders(this, props.providers);
    if (props.deadLetter && props.deadLetterContainer) {
      mistake(this, 'give deadLetter (exists) or deadLetterContainer (is made), not both');
    }
    if (props.systemTopic && props.deadLetterContainer) {
      mistake(
        this,
        'deadLetterContainer needs a new topic, which carries the identity that writes into it; for a topic that exists give deadLetter',
      );
    }
    if (props.systemTopic && props.systemTopicName !== undefined) {
      mistake(this, 'systemTopicName is of a new topic, and systemTopic is given: leave out one of the two');
    }
    if (props.systemTopic && props.identity) {
      mistake(
        this,
        `identity is that of a new topic, got a topic that exists: give identity to SystemTopic.fromSystemTopicId`,
      );
    }
    checkDeadLetter(this, props.deadLetter);
    const resourceGroup = soundResourceGroup(this, props.resourceGroup);
    checkTags(this, props.tags);
    checkPartOptions(this, props.resourceOptions, {
      systemTopic: !props.systemTopic,
      identity: props.deadLetterContainer !== undefined && props.identity === undefined,
    });
    this.identity =
      !props.identity && props.deadLetterContainer
        ? this.makeIdentity({ ...props, resourceGroup }, props.deadLetterContainer)
        : undefined;
    const identity = props.identity ?? this.identity;
    this.systemTopic =
      props.systemTopic ??
      new SystemTopic(this, 'SystemTopic', {
        resourceGroup,
        name: this.topicName(props),
        communicationService: props.communicationService,
        identity,
        ...optionsOf(props, props.resourceOptions?.systemTopic),
      });
    if (props.deadLetterContainer && identity) {
      const { storage, containerName } = props.deadLetterContainer;
      if (storage.behindFirewall) {
        warn(
          this,
          'dead-letters-behind-firewall',
          'events that cannot be delivered are lost: Event Grid does not get past the firewall of deadLetterContainer.storage with an identity that a topic of Communication Services can have; give an account that is open to it, see docs/private-networking.md',
        );
      }
      this.deadLetterStorage = storage;
      const container = deadLetterContainer(storage, props.deadLetterContainer, containerName);
      this.deadLetterRole = assignRole(this, 'DeadLetterRole', identity, {
        scope: container.id,
        roleDefinitionName: 'Storage Blob Data Contributor',
      });
      this.deadLetter = {
        storageAccountId: storage.storageAccountId,
        containerName: container.name,
        userAssignedIdentityId: identity.id,
      };
    } else {
      this.deadLetter = props.deadLetter;
    }
  }

  /** Subscribes a destination to event types. */
  addSubscription(id: string, options: EventSubscriptionOptions): EventSubscription {
    const deadLetter = options.deadLetter ?? this.deadLetter;
    const role = deadLetter === this.deadLetter ? this.deadLetterRole : undefined;
    return new EventSubscription(this, id, {
      ...options,
      deadLetter,
      systemTopic: this.systemTopic,
      dependsOn: [...(options.dependsOn ?? []), ...(role ? [role] : [])],
    });
  }

  private topicName({ systemTopicName }: CommunicationEventsProps): string {
    if (systemTopicName !== undefined) return systemTopicName;
    mistake(this, 'a new topic needs systemTopicName; for one that exists give systemTopic');
    return 'none';
  }

  private makeIdentity(
    props: CommunicationEventsProps,
    container: DeadLetterContainerProps,
  ): UserAssignedIdentity {
    const { resourceGroup, resourceOptions } = props;
    const { identityName } = container;
    if (identityName === undefined) {
      mistake(
        this,
        `deadLetterContainer needs who writes into it, got no identity: give identityName, or identity`,
      );
    }
    const options = optionsOf(props, resourceOptions?.identity);
    return makeIdentity(this, resourceGroup, identityName ?? '', resourceGroup.location, options);
  }
}
