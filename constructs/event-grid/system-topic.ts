import { EventgridSystemTopic } from '@cdktf/provider-azurerm/lib/eventgrid-system-topic';
import { TerraformStack, Token } from 'cdktf';
import type { Construct } from 'constructs';
import type { ICommunicationService } from '../communication/communication-service-interface';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import { soundResourceGroup } from '../core/checks';
import { mistake } from '../core/mistakes';
import { checkName } from '../core/naming';
import { renamable } from '../core/renamable';
import { replacedWith } from '../core/replaced-with';
import { importFromId } from '../core/import-from-id';
import type { IResourceGroup } from '../core/resource-group';
import type { DeliveringTopic, TopicIdentity } from './delivery-identity';
import { SYSTEM_TOPIC_TYPE } from './system-topic-type';
import { TopicWithMetrics } from './topic-metrics';
import { applyResourceOptions, LOGS_AND_METRICS } from '../resource-options';
import { requireProps } from '../core/kinds';
import { type ProvidersProps, useProviders } from '../core/providers';
import { adoptedResourceId, givenOr } from '../core/adopted-resource-id';
import { IDENTITY_TYPE, readResourceId } from '../core/resource-reference';
import { sameReference } from '../core/reference';

export { SYSTEM_TOPIC_TYPE };

/** The system topic of a Communication Services resource. Azure allows one per resource. */
export interface ISystemTopic extends TopicWithMetrics, DeliveringTopic {
  /** ARM id. */
  readonly systemTopicId: string;
  /** Name of the topic. */
  readonly systemTopicName: string;
  /** Resource group of the topic; its subscriptions are written there. */
  readonly resourceGroupName: string;
  /**
   * Its id as an argument of `replace_triggered_by`: Azure deletes subscriptions with their topic. Undefined: another
   * stack's, or nobody's.
   */
  readonly replacementTrigger?: string;
  /** User-assigned identity that the topic carries; dead letters are written with it. Undefined: none known. */
  readonly userAssignedIdentityId?: string;
}

/** A system topic that exists. Each may be a token: it is then known when it is deployed. */
export interface SystemTopicAttributes {
  /** ARM id. */
  readonly systemTopicId: string;
  /** Name of the topic. @default - taken from the id, by Terraform where that is a token */
  readonly systemTopicName?: string;
  /** Its resource group. @default - taken from the id, by Terraform where that is a token */
  readonly resourceGroupName?: string;
  /** User-assigned identity that it carries, for dead letters without keys. @default - none known */
  readonly userAssignedIdentityId?: string;
  /** Object id of that identity, for roles on what events are delivered to. @default - not known */
  readonly principalId?: string;
}

/** A lock of the topic holds for its subscriptions too. */
export interface SystemTopicProps extends AzureResourceOptions, ProvidersProps {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** 3 to 50 letters, digits and hyphens. */
  readonly name: string;
  /** The resource whose events it publishes. Azure allows one topic for each. */
  readonly communicationService: ICommunicationService;
  /** Identity the topic gets, to write dead letters into storage without keys. @default - that of `identity` */
  readonly userAssignedIdentityId?: string;
  /** The same with its principal, so that it can be given roles on what it delivers to. @default - none */
  readonly identity?: TopicIdentity;
  /**
   * ARM id of the topic that exists, to be taken into state and owned from then on. The id of the Communication
   * Services resource has to be a literal too: Terraform would otherwise destroy the topic, with everybody's
   * subscriptions, and make it anew. Use `SystemTopic.fromSystemTopicId` to use a topic without owning it.
   * @default - a new topic
   */
  readonly importFromId?: string;
}

/** An Event Grid system topic of type Microsoft.Communication.CommunicationServices. */
export class SystemTopic extends TopicWithMetrics implements ISystemTopic {
  /**
   * A topic that exists (the portal makes one when somebody adds a subscription there), by its ARM id, which may be a
   * token. It is used and stays its owner's: nothing of it is changed or destroyed.
   */
  static fromSystemTopicId(
    scope: Construct,
    id: string,
    systemTopicId: string,
    attributes: {
      readonly userAssignedIdentityId?: string;
      /** Object id of that identity, for roles that it is to have on destinations. @default - it has them already */
      readonly principalId?: string;
    } = {},
  ): ISystemTopic {
    return SystemTopic.fromSystemTopicAttributes(scope, id, { ...attributes, systemTopicId });
  }

  /** The same with what an id does not tell, or does not before the deploy. */
  static fromSystemTopicAttributes(
    scope: Construct,
    id: string,
    attributes: SystemTopicAttributes,
  ): ISystemTopic {
    class Imported extends TopicWithMetrics implements ISystemTopic {
      readonly systemTopicId = attributes.systemTopicId;
      /** Name of the topic. */
      readonly systemTopicName: string;
      readonly resourceGroupName: string;
      readonly userAssignedIdentityId = attributes.userAssignedIdentityId;
      readonly identity =
        attributes.userAssignedIdentityId === undefined
          ? undefined
          : { id: attributes.userAssignedIdentityId, principalId: attributes.principalId };

      constructor() {
        super(scope, id);
        const ofId = adoptedResourceId(this, this.systemTopicId, SYSTEM_TOPIC_TYPE, 'systemTopicId');
        this.systemTopicName = givenOr(this, 'systemTopicName', attributes.systemTopicName, ofId.name);
        this.resourceGroupName = givenOr(
          this,
          'resourceGroupName',
          attributes.resourceGroupName,
          ofId.resourceGroupName,
        );
      }
    }
    const topic = new Imported();
    readResourceId(topic, attributes.userAssignedIdentityId, IDENTITY_TYPE, 'userAssignedIdentityId');
    return topic;
  }

  /** The topic itself, for overrides and for what has to wait for it. */
  readonly resource: EventgridSystemTopic;
  readonly systemTopicName: string;
  readonly resourceGroupName: string;
  readonly userAssignedIdentityId?: string;
  readonly identity?: TopicIdentity;

  constructor(scope: Construct, id: string, props: SystemTopicProps) {
    super(scope, id);
    requireProps(this, props);
    useProviders(this, props.providers);
    checkName(this, 'systemTopic', props.name);
    readResourceId(this, props.userAssignedIdentityId, IDENTITY_TYPE, 'userAssignedIdentityId');
    this.resourceGroupName = soundResourceGroup(this, props.resourceGroup).name;
    this.identity =
      props.identity ?? (props.userAssignedIdentityId ? { id: props.userAssignedIdentityId } : undefined);
    this.userAssignedIdentityId = this.identity?.id;
    const sourceId = props.communicationService.communicationServiceId;
    const imported = props.importFromId !== undefined;
    this.resource = new EventgridSystemTopic(this, 'Resource', {
      name: props.name,
      resourceGroupName: this.resourceGroupName,
      location: 'global',
      topicType: 'Microsoft.Communication.CommunicationServices',
      sourceResourceId: sourceId,
      identity: this.identity && { type: 'UserAssigned', identityIds: [this.identity.id] },
      tags: props.tags,
      lifecycle: imported ? { preventDestroy: true } : undefined,
    });
    renamable(this.resource);
    this.systemTopicName = this.resource.name;
    applyResourceOptions(
      this,
      {
        resource: this.resource,
        id: this.resource.id,
        name: props.name,
        diagnostics: LOGS_AND_METRICS,
        readOnlyStops:
          'refuses what every plan asks of its subscriptions (getFullUrl, getDeliveryAttributes)',
      },
      props,
    );
    importFromId(this, props.importFromId, {
      resource: this.resource,
      type: SYSTEM_TOPIC_TYPE,
      name: props.name,
      place: { resourceGroup: this.resourceGroupName },
      adoptedBy: 'SystemTopic.fromSystemTopicId',
    });
    if (imported) this.checkSourceOfImport(sourceId);
    this.node.addValidation({ validate: () => this.twin(sourceId) });
  }

  get systemTopicId(): string {
    return this.resource.id;
  }

  get replacementTrigger(): string {
    return replacedWith(this.resource);
  }

  private checkSourceOfImport(sourceId: string): void {
    if (Token.isUnresolved(sourceId)) {
      mistake(
        this,
        `importFromId takes a topic into state, which needs the id of the Communication Services resource as a literal; ` +
          `it is known only after the deploy here, and Terraform would destroy the topic and make it anew: use ` +
          `CommunicationService.fromCommunicationServiceId, or SystemTopic.fromSystemTopicId to use the topic as it is`,
      );
    }
  }

  /** An earlier topic of the stack for the same resource: Azure takes one, and refuses the second in the deploy. */
  private twin(sourceId: string): string[] {
    const first = TerraformStack.of(this)
      .node.findAll()
      .filter((node): node is EventgridSystemTopic => node instanceof EventgridSystemTopic)
      .find((topic) => sameReference(this, topic.sourceResourceIdInput, sourceId));
    if (!first || first === this.resource) return [];
    return [
      `communicationService takes one system topic, and ${first.node.path} is one already: give that as systemTopic`,
    ];
  }
}
