import type { ArmOperation } from '../../core/arm/resource-type';
import type { LocalAzureContext } from '../../core/context';
import { ArmError, parseJson } from '../../core/http';
import { isResourceName, isTaken, COMMUNICATION_TYPE } from './resource-types';

/** `POST …/checkNameAvailability`: a name is a part of the host's, so it is taken over all subscriptions. */
export function communicationNameAvailability(context: LocalAzureContext): ArmOperation {
  return {
    method: 'POST',
    path: '/subscriptions/{subscriptionId}/providers/Microsoft.Communication/checkNameAvailability',
    action: 'Microsoft.Communication/CheckNameAvailability/action',
    handle({ request }) {
      const { name = '', type = '' } = (parseJson(request) ?? {}) as { name?: string; type?: string };
      if (type.toLowerCase() !== COMMUNICATION_TYPE.toLowerCase()) {
        throw new ArmError(400, 'BadRequest', `got type '${type}', expected ${COMMUNICATION_TYPE}`);
      }
      if (!isResourceName(name)) return refused('Invalid', `The resource name '${name}' is invalid.`);
      if (isTaken(name, context)) return refused('AlreadyExists', `The resource name '${name}' is in use.`);
      return { status: 200, body: { nameAvailable: true } };
    },
  };
}

function refused(reason: 'Invalid' | 'AlreadyExists', message: string) {
  return { status: 200, body: { nameAvailable: false, reason, message } };
}
