import type { EventgridSystemTopicEventSubscriptionDeliveryIdentity } from '@cdktf/provider-azurerm/lib/eventgrid-system-topic-event-subscription';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { grantRole } from '../authorization/grant';
import { servicePrincipal } from '../authorization/principal';
import { mistake } from '../core/mistakes';
import { uniqueSuffixOf } from '../core/naming';
import { sameReference } from '../core/reference';
import { malformation } from '../core/resource-reference';
import { placelessText } from '../core/token-text';

/** A user-assigned identity that a system topic carries; azurerm's `UserAssignedIdentity` is one. */
export interface TopicIdentity {
  /** ARM id. */
  readonly id: string;
  /** Object id, for assigning roles to it. @default - not known: its roles are somebody else's business */
  readonly principalId?: string;
}

/** The system topic that a destination gets events of, as far as delivering goes. */
export interface DeliveringTopic {
  /** Undefined: none, or none known. */
  readonly identity?: TopicIdentity;
}

/** How Event Grid proves to a queue or an event hub who it is. */
export interface IdentityDeliveryProps {
  /**
   * The identity of the system topic that events are delivered with; `'SystemAssigned'` for that which Azure made for
   * a topic that exists; false for none: Event Grid then uses keys of the destination's, which have to be on.
   * @default - the identity that the topic carries; false when it has none
   */
  readonly deliveryIdentity?: TopicIdentity | 'SystemAssigned' | false;
  /**
   * Whether the identity is given the role that delivering takes, on the destination alone.
   * @default - true when the identity's principalId is known
   */
  readonly assignRole?: boolean;
  /** What has to be there before the subscription. @default - nothing else */
  readonly dependsOn?: ITerraformDependable[];
}

export interface IdentityDelivery {
  readonly deliveryIdentity?: EventgridSystemTopicEventSubscriptionDeliveryIdentity;
  readonly dependsOn: ITerraformDependable[];
}

/**
 * Delivery with an identity of the topic's, which is given the role for it. All subscriptions to one destination share
 * the role assignment, so that it is made beside the first one.
 *
 * Source: azure-docs, event-grid/managed-service-identity.md and add-identity-roles.md.
 *
 * @param destination ARM id of what is delivered to, and the role that delivering takes
 */
export function identityDelivery(
  subscription: Construct,
  topic: DeliveringTopic,
  props: IdentityDeliveryProps,
  destination: { readonly id: string; readonly roleDefinitionName: string },
): IdentityDelivery {
  const { deliveryIdentity: given = topic.identity ?? false, dependsOn = [] } = props;
  if (given === false) return { dependsOn };
  if (given === 'SystemAssigned') {
    if (props.assignRole === true)
      unknownPrincipal(subscription, 'the identity that Azure made for the topic');
    return { deliveryIdentity: { type: 'SystemAssigned' }, dependsOn };
  }
  if (topic.identity && !sameReference(subscription, topic.identity.id, given.id)) {
    mistake(
      subscription,
      `deliveryIdentity takes an identity that the system topic carries, got another than it has: leave it out`,
    );
  }
  const deliveryIdentity = { type: 'UserAssigned', userAssignedIdentity: given.id };
  const { assignRole = given.principalId !== undefined } = props;
  if (!assignRole) return { deliveryIdentity, dependsOn };
  if (given.principalId === undefined) {
    unknownPrincipal(subscription, 'an identity without principalId');
    return { deliveryIdentity, dependsOn };
  }
  const scope = subscription.node.scope as Construct;
  const right = `Deliver-${uniqueSuffixOf(placelessText(subscription, destination.id))}`;
  const grant = grantRole(scope, right, servicePrincipal(given.principalId), {
    scope: destination.id,
    roleDefinitionName: destination.roleDefinitionName,
  });
  return { deliveryIdentity, dependsOn: [...dependsOn, ...grant.dependable] };
}

function unknownPrincipal(scope: Construct, got: string): void {
  mistake(
    scope,
    `assignRole takes an identity whose principalId is known, got ${got}: give it as deliveryIdentity { id, principalId }, ` +
      `or assign the role yourself and leave assignRole out`,
  );
}

/** What is wrong with the id of a destination; none of one that is known only when deployed. */
export function destinationIdProblems(prop: string, id: string, type: string): string[] {
  const problem = malformation(id, type);
  return problem === undefined
    ? []
    : [`${prop} takes the ARM id of a ${type}, got '${String(id)}': ${problem}`];
}
