import { randomBytes, randomUUID } from 'node:crypto';
import { resourceOf } from '../resource-body';
import type { LocalService } from '../service';

/** Microsoft.OperationalInsights: workspaces. Nothing is ingested; their keys exist and open nothing. */
export function operationalInsightsProvider(): LocalService {
  const type = 'Microsoft.OperationalInsights/workspaces';
  return {
    resourceTypes: [
      {
        type,
        apiVersions: ['2020-08-01', '2022-10-01', '2023-09-01'],
        put(request) {
          const { existing } = request;
          const customerId = existing?.properties.customerId ?? randomUUID();
          return {
            ...resourceOf(request, type, { customerId }),
            secrets: existing?.secrets ?? {
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
