import { randomBytes, randomUUID } from 'node:crypto';
import { resourceOf } from '../resource-body';
import type { LocalService } from '../service';

const TYPE = 'Microsoft.OperationalInsights/workspaces';

/** Microsoft.OperationalInsights: Log Analytics workspaces. A deleted one is gone at once. */
export function operationalInsightsProvider(): LocalService {
  return {
    resourceTypes: [
      {
        type: TYPE,
        apiVersions: ['2020-08-01', '2021-12-01-preview', '2022-10-01', '2023-09-01', '2025-02-01'],
        put(request) {
          const customerId = request.existing?.properties.customerId ?? randomUUID();
          return {
            ...resourceOf(request, TYPE, { customerId }),
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
