import { API_VERSIONS } from '../../link/api-versions';
import { COMMUNICATION_SERVICE_TYPE, HUB_RULE_TYPE } from '../../link/resource-id';

/** Resource types as azapi names them, with the api-version that they are written and read by. */
export const COMMUNICATION_SERVICE_API_TYPE = `${COMMUNICATION_SERVICE_TYPE}@${API_VERSIONS.communication}`;
export const HUB_RULE_API_TYPE = `${HUB_RULE_TYPE}@${API_VERSIONS.notificationHubs}`;
