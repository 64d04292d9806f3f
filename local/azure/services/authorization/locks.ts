import { ArmError } from '../../core/http';
import { LOCK_TYPE } from '../../core/arm/resource-locks';
import { resourceOf } from '../../core/arm/resource-body';
import { bodyWith, text } from '../../core/arm/shape';
import type { ResourceType } from '../../core/arm/resource-type';

const LEVELS = ['CanNotDelete', 'ReadOnly'];

/** Microsoft.Authorization/locks of a subscription, a group or a resource; `resource-locks.ts` holds them. */
export const locks: ResourceType = {
  type: LOCK_TYPE,
  apiVersions: ['2015-01-01', '2016-09-01', '2017-04-01', '2020-05-01'],
  name: {
    pattern: /^[\w.()-]{0,89}[\w()-]$/,
    expected: '1 to 90 letters, digits, ., _, -, ( and ), not ending with a full stop',
  },
  body: bodyWith({ level: text, notes: text }),
  put(request) {
    const lock = resourceOf(request, LOCK_TYPE);
    const { provisioningState: _, ...properties } = lock.properties;
    if (!LEVELS.includes(String(properties.level))) {
      throw new ArmError(
        400,
        'LockLevelInvalid',
        `properties.level takes one of ${LEVELS.join(', ')}, got '${String(properties.level)}'`,
      );
    }
    return { ...lock, properties };
  },
};
