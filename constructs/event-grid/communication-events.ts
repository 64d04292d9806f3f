import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { Construct } from 'constructs';
import type { ICommunicationService } from '../communication/communication-service-interface';
import { deadLetterContainer, type DeadLetterOptions } from '../storage/dead-letter-container';
import { soundResourceGroup } from '../core/checks';
import { mistake } from '../core/mistakes';
import {
  EventSubscription,
  type DeadLetterDestination,
  type EventSubscriptionOptions,
} from './event-subscription';
import type { KeylessStorageAccount } from '../storage/keyless-storage-account';
import { checkName } from '../core/naming';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { checkTags } from '../core/tags';
import { checkDeadLetter } from './event-checks';
import { SystemTopic, type ISystemTopic } from './system-topic';

export interface DeadLetterContainerProps extends DeadLetterOptions {
  readonly storage: KeylessStorageAccount;
  /** Name of the container. @default 'deadletter' */
  readonly containerName?: string;
  /** Name of the identity that writes into it: 3 to 128 letters, digits, `-` and `_`. */
  readonly identityName: string;
}

export interface CommunicationEventsProps {
  readonly resourceGroup: IResourceGroup;
  readonly communicationService: ICommunicationService;
  /** A topic that exists; Azure allows one per resource. @default - a new one, named `systemTopicName` */
  readonly systemTopic?: ISystemTopic;
  /** Name of the new topic: 3 to 50 letters, digits and hyphens. */
  readonly systemTopicName?: string;
  /**
   * A container for events that could not be delivered, written by an identity of the new topic. For a topic that
   * exists give `deadLetter` instead.
   * @default - none
   */
  readonly deadLetterContainer?: DeadLetterContainerProps;
  /** Where events go that could not be delivered, when that exists already. @default - none */
  readonly deadLetter?: DeadLetterDestination;
  readonly tags?: Tags;
}

/** The events of a Communication Services resource: its one system topic, and subscriptions to it. */
export class CommunicationEvents extends Construct {
  readonly systemTopic: ISystemTopic;
  readonly deadLetter?: DeadLetterDestination;
  private readonly deadLetterRole?: RoleAssignment;

  constructor(scope: Construct, id: string, props: CommunicationEventsProps) {
    super(scope, id);
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
    checkDeadLetter(this, props.deadLetter);
    const resourceGroup = soundResourceGroup(this, props.resourceGroup);
    checkTags(this, props.tags);
    const identity =
      props.deadLetterContainer && this.makeIdentity({ ...props, resourceGroup }, props.deadLetterContainer);
    this.systemTopic =
      props.systemTopic ??
      new SystemTopic(this, 'SystemTopic', {
        resourceGroup,
        name: this.topicName(props),
        communicationService: props.communicationService,
        userAssignedIdentityId: identity?.id,
        tags: props.tags,
      });
    if (props.deadLetterContainer && identity) {
      const { storage, containerName } = props.deadLetterContainer;
      const container = deadLetterContainer(storage, props.deadLetterContainer, containerName);
      this.deadLetterRole = new RoleAssignment(this, 'DeadLetterRole', {
        scope: container.id,
        roleDefinitionName: 'Storage Blob Data Contributor',
        principalId: identity.principalId,
        principalType: 'ServicePrincipal',
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
    return new UserAssignedIdentity(this, 'Identity', {
      name: checkName(this, 'userAssignedIdentity', container.identityName),
      resourceGroupName: props.resourceGroup.name,
      location: props.resourceGroup.location,
      tags: props.tags,
    });
  }
}
