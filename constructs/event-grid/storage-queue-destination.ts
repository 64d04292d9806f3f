import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { mistake, mistakesOf, type ICheckedValue } from '../core/mistakes';
import { nameProblem } from '../core/naming';
import { STORAGE_ACCOUNT_TYPE } from '../core/resource-reference';
import { warn } from '../core/warnings';
import { KeylessStorageAccount } from '../storage/keyless-storage-account';
import {
  destinationIdProblems,
  identityDelivery,
  type DeliveringTopic,
  type IdentityDeliveryProps,
} from './delivery-identity';
import type { EventDestinationConfig, IEventDestination } from './event-destination';

export interface StorageQueueDestinationProps extends IdentityDeliveryProps {
  /** The account: a `KeylessStorageAccount`, in which the queue is made, or one that exists, with its queue. */
  readonly storage: {
    /** ARM id of the account. */
    readonly storageAccountId: string;
    /** Whether its firewall lets in but what it names: Event Grid gets in as a trusted service. @default false */
    readonly behindFirewall?: boolean;
  };
  /** 3 to 63 lower-case letters, digits and single hyphens. */
  readonly queueName: string;
  /** Seconds after which a message that nobody took is gone; -1 for never. @default - 7 days, which is Azure's */
  readonly queueMessageTimeToLiveInSeconds?: number;
}

/**
 * A storage queue: a message for each event, which is JSON in Base64, and an event at most 48 KB for that reason
 * (a message has 64 KB).
 *
 * Source: azure-docs, event-grid/handler-storage-queues.md; MicrosoftDocs/azure-docs#102923 for the encoding.
 */
export class StorageQueueDestination implements IEventDestination, ICheckedValue {
  readonly problems: readonly string[];

  constructor(private readonly props: StorageQueueDestinationProps) {
    const { storage, queueName, queueMessageTimeToLiveInSeconds: seconds } = props;
    const name = Token.isUnresolved(queueName) ? undefined : nameProblem('storageQueue', String(queueName));
    this.problems = [
      ...(storage instanceof KeylessStorageAccount
        ? []
        : destinationIdProblems('storage', storage.storageAccountId, STORAGE_ACCOUNT_TYPE)),
      ...(name === undefined ? [] : [`queueName: ${name}`]),
      ...(seconds === undefined || Token.isUnresolved(seconds) || isTimeToLive(seconds)
        ? []
        : [`queueMessageTimeToLiveInSeconds takes a whole number from 1 on, or -1 for ever; got ${seconds}`]),
    ];
  }

  bind(scope: Construct, topic: DeliveringTopic = {}): EventDestinationConfig {
    mistakesOf(scope, this);
    const { storage, queueName, queueMessageTimeToLiveInSeconds } = this.props;
    if (this.problems.length > 0) return {};
    if (storage.behindFirewall) {
      warn(
        scope,
        'queue-behind-firewall',
        'events do not reach the queue: Event Grid does not get past the firewall of storage with an identity that a topic of Communication Services can have; give an account that is open to it, see docs/private-networking.md',
      );
    }
    const keyless = storage instanceof KeylessStorageAccount ? storage : undefined;
    const queue = keyless?.queue(queueName);
    const delivery = identityDelivery(scope, topic, this.props, {
      id:
        keyless?.queueId(queueName) ??
        `${storage.storageAccountId}/queueServices/default/queues/${queueName}`,
      roleDefinitionName: 'Storage Queue Data Message Sender',
    });
    if (keyless && !delivery.deliveryIdentity) {
      mistake(
        scope,
        `a queue of a KeylessStorageAccount takes messages by an identity alone, since the account's keys are off; got ` +
          `a system topic without one: give CommunicationEvents identity or deadLetterContainer, or give deliveryIdentity`,
      );
    }
    return {
      ...delivery,
      storageQueueEndpoint: {
        storageAccountId: storage.storageAccountId,
        queueName: queue?.name ?? queueName,
        queueMessageTimeToLiveInSeconds,
      },
    };
  }
}

function isTimeToLive(seconds: number): boolean {
  return Number.isInteger(seconds) && (seconds === -1 || seconds >= 1);
}
