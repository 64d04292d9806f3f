import { randomBytes, randomUUID } from 'node:crypto';
import { ArmError } from '../../core/http';
import { bodyOf, resourceOf } from '../../core/arm/resource-body';
import type { ResourceRequest } from '../../core/arm/resource-type';
import type { ResourceProvider } from '../../core/service';

const TYPE = 'Microsoft.OperationalInsights/workspaces';

/** Gigabytes: the least that a daily cap is taken to be, and the value for none. */
const LEAST_DAILY_QUOTA = 0.023;
const NO_DAILY_QUOTA = -1;

/** Microsoft.OperationalInsights: Log Analytics workspaces. A deleted one is gone at once. */
export function operationalInsightsProvider(): ResourceProvider {
  return {
    resourceTypes: [
      {
        type: TYPE,
        apiVersions: [
          '2020-08-01',
          '2021-12-01-preview',
          '2022-10-01',
          '2023-09-01',
          '2025-02-01',
          '2025-07-01',
        ],
        put(request) {
          const capping = workspaceCapping(request);
          const customerId = request.existing?.properties.customerId ?? randomUUID();
          return {
            ...resourceOf(request, TYPE, { customerId, workspaceCapping: capping }),
            secrets: request.existing?.secrets ?? {
              primarySharedKey: randomBytes(64).toString('base64'),
              secondarySharedKey: randomBytes(64).toString('base64'),
            },
          };
        },
        actions: { sharedkeys: ({ existing }) => ({ status: 200, body: existing.secrets }) },
      },
    ],
    operations: [
      {
        method: 'GET',
        path: '/subscriptions/{subscription}/providers/Microsoft.OperationalInsights/deletedWorkspaces',
        action: 'Microsoft.OperationalInsights/deletedWorkspaces/read',
        handle: () => ({ status: 200, body: { value: [] } }),
      },
    ],
  };
}

/** The daily cap with what Azure shows beside it. Throws ArmError. */
function workspaceCapping(request: ResourceRequest): object {
  const { dailyQuotaGb = NO_DAILY_QUOTA } = (bodyOf(request).properties?.workspaceCapping ?? {}) as {
    dailyQuotaGb?: number;
  };
  if (dailyQuotaGb !== NO_DAILY_QUOTA && !(dailyQuotaGb >= LEAST_DAILY_QUOTA)) {
    throw new ArmError(
      400,
      'InvalidParameter',
      `workspaceCapping.dailyQuotaGb is ${LEAST_DAILY_QUOTA} gigabytes or more, or ${NO_DAILY_QUOTA} for none; ` +
        `got ${String(dailyQuotaGb)}`,
    );
  }
  return { dailyQuotaGb, dataIngestionStatus: 'RespectQuota' };
}
