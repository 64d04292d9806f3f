import { asObject, sameId } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import { ArmError } from '../../core/http';
import type { ResourceRequest } from '../../core/arm/resource-type';

/** An identity of the topic's. */
export interface DeliveryIdentity {
  readonly type: 'SystemAssigned' | 'UserAssigned';
  readonly userAssignedIdentity?: string;
}

/** Deliveries are made in the name of an identity that the topic has. */
export function checkIdentity(
  context: LocalAzureContext,
  request: ResourceRequest,
  { type, userAssignedIdentity }: Record<string, unknown>,
): void {
  if (type === undefined) return;
  const topic = context.store.get(request.id.replace(/\/eventSubscriptions\/[^/]+$/i, ''));
  const carried = asObject(topic?.identity);
  const has =
    type === 'UserAssigned'
      ? Object.keys(asObject(carried.userAssignedIdentities)).some((id) =>
          sameId(id, String(userAssignedIdentity)),
        )
      : String(carried.type).includes('SystemAssigned');
  if (has) return;
  throw new ArmError(
    400,
    'InvalidRequest',
    `The topic does not have the identity of deliveryWithResourceIdentity: ${String(userAssignedIdentity ?? type)}.`,
  );
}

/** The settings of a storage queue as a GET shows them; the queue itself may be missing until it is delivered to. */
export function readQueue(
  context: LocalAzureContext,
  { resourceId, queueName, queueMessageTimeToLiveInSeconds: seconds }: Record<string, unknown>,
): Record<string, unknown> {
  if (!queueName || !context.store.get(String(resourceId ?? ''))) {
    throw destinationNotFound(resourceId);
  }
  if (seconds !== undefined && !(Number.isInteger(seconds) && (seconds === -1 || Number(seconds) > 0))) {
    throw new ArmError(
      400,
      'InvalidRequest',
      `The queueMessageTimeToLiveInSeconds ${String(seconds)} is invalid. Expected: above 0, or -1.`,
    );
  }
  return {
    resourceId,
    queueName,
    ...(seconds === undefined ? {} : { queueMessageTimeToLiveInSeconds: seconds }),
  };
}

export function destinationNotFound(resourceId: unknown): ArmError {
  return new ArmError(
    400,
    'Endpoint validation',
    `Destination endpoint not found. Resource details: resourceId: ${String(resourceId ?? '')}. Resource should pre-exist before attempting this operation.`,
  );
}
