import { EventgridSystemTopic } from '@cdktf/provider-azurerm/lib/eventgrid-system-topic';
import { TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { ICommunicationService } from '../communication/communication-service-interface';
import { soundResourceGroup } from '../core/checks';
import { mistake } from '../core/mistakes';
import { checkName } from '../core/naming';
import { replacedWith } from '../core/replaced-with';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { IDENTITY_TYPE, readResourceId, requireResourceId } from '../core/resource-reference';
import { sameReference } from '../core/same-reference';
import { checkTags } from '../core/tags';

export const SYSTEM_TOPIC_TYPE = 'Microsoft.EventGrid/systemTopics';

/** The system topic of a Communication Services resource. Azure allows one per resource. */
export interface ISystemTopic extends Construct {
  /** ARM id. */
  readonly systemTopicId: string;
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

export interface SystemTopicProps {
  readonly resourceGroup: IResourceGroup;
  /** 3 to 50 letters, digits and hyphens. */
  readonly name: string;
  readonly communicationService: ICommunicationService;
  /** Identity the topic gets, to write dead letters into storage without keys. @default - none */
  readonly userAssignedIdentityId?: string;
  /**
   * ARM id of the topic that exists, to be taken into state and owned from then on. The id of the Communication
   * Services resource has to be a literal too: Terraform would otherwise destroy the topic, with everybody's
   * subscriptions, and make it anew. Use `SystemTopic.fromSystemTopicId` to use a topic without owning it.
   * @default - a new topic
   */
  readonly importFromId?: string;
  readonly tags?: Tags;
}

/** An Event Grid system topic of type Microsoft.Communication.CommunicationServices. */
export class SystemTopic extends Construct implements ISystemTopic {
  /**
   * A topic that exists (the portal makes one when somebody adds a subscription there), by its ARM id (literal). It
   * is used and stays its owner's: nothing of it is changed or destroyed.
   */
  static fromSystemTopicId(
    scope: Construct,
    id: string,
    systemTopicId: string,
    attributes: { readonly userAssignedIdentityId?: string } = {},
  ): ISystemTopic {
    class Imported extends Construct implements ISystemTopic {
      private readonly parsed = requireResourceId(this, systemTopicId, SYSTEM_TOPIC_TYPE);
      readonly systemTopicId = systemTopicId;
      readonly systemTopicName = this.parsed.name;
      readonly resourceGroupName = this.parsed.resourceGroup;
      readonly userAssignedIdentityId = attributes.userAssignedIdentityId;
    }
    const topic = new Imported(scope, id);
    readResourceId(topic, attributes.userAssignedIdentityId, IDENTITY_TYPE, 'userAssignedIdentityId');
    return topic;
  }

  readonly resource: EventgridSystemTopic;
  readonly systemTopicName: string;
  readonly resourceGroupName: string;
  readonly userAssignedIdentityId?: string;

  constructor(scope: Construct, id: string, props: SystemTopicProps) {
    super(scope, id);
    checkName(this, 'systemTopic', props.name);
    checkTags(this, props.tags);
    readResourceId(this, props.userAssignedIdentityId, IDENTITY_TYPE, 'userAssignedIdentityId');
    this.resourceGroupName = soundResourceGroup(this, props.resourceGroup).name;
    this.userAssignedIdentityId = props.userAssignedIdentityId;
    const sourceId = props.communicationService.communicationServiceId;
    const imported = props.importFromId !== undefined;
    this.resource = new EventgridSystemTopic(this, 'Resource', {
      name: props.name,
      resourceGroupName: this.resourceGroupName,
      location: 'global',
      topicType: 'Microsoft.Communication.CommunicationServices',
      sourceResourceId: sourceId,
      identity: props.userAssignedIdentityId
        ? { type: 'UserAssigned', identityIds: [props.userAssignedIdentityId] }
        : undefined,
      tags: props.tags,
      lifecycle: imported ? { preventDestroy: true } : undefined,
    });
    this.systemTopicName = this.resource.name;
    if (props.importFromId !== undefined) this.importFrom(props.importFromId, sourceId, props);
    this.node.addValidation({ validate: () => this.twin(sourceId) });
  }

  get systemTopicId(): string {
    return this.resource.id;
  }

  get replacementTrigger(): string {
    return replacedWith(this.resource);
  }

  private importFrom(systemTopicId: string, sourceId: string, props: SystemTopicProps): void {
    if (Token.isUnresolved(systemTopicId)) requireResourceId(this, systemTopicId, SYSTEM_TOPIC_TYPE);
    const name = readResourceId(this, systemTopicId, SYSTEM_TOPIC_TYPE, 'importFromId')?.name;
    if (name !== undefined && name !== props.name) {
      mistake(this, `name has to be that of the topic that is imported, '${name}', got '${props.name}'`);
    }
    if (Token.isUnresolved(sourceId)) {
      mistake(
        this,
        `importFromId takes a topic into state, which needs the id of the Communication Services resource as a literal; ` +
          `it is known only after the deploy here, and Terraform would destroy the topic and make it anew: use ` +
          `CommunicationService.fromCommunicationServiceId, or SystemTopic.fromSystemTopicId to use the topic as it is`,
      );
    }
    this.resource.importFrom(systemTopicId);
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
