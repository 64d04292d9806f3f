import { randomUUID } from 'node:crypto';
import type { LocalAzureContext } from '../context';
import { ArmError, parseJson } from '../http';
import { resourceOf } from '../resource-body';
import type { ResourceType } from '../resource-type';
import type { LocalService } from '../service';
import type { StoredResource } from '../store';

const COMPONENT_TYPE = 'Microsoft.Insights/components';
const BILLING_PATH =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Insights/components/{component}/currentbillingfeatures';

/** Microsoft.Insights as far as it is kept: components, alerts, action groups, diagnostic settings. */
export function insightsProvider(context: LocalAzureContext): LocalService {
  const componentOf = (parameters: Readonly<Record<string, string>>): StoredResource => {
    const { subscription, group, component } = parameters;
    const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/${COMPONENT_TYPE}/${component}`;
    const found = context.store.get(id);
    if (!found)
      throw new ArmError(
        404,
        'ResourceNotFound',
        `The Resource '${COMPONENT_TYPE}/${component}' was not found.`,
      );
    return found;
  };
  return {
    resourceTypes: [
      component,
      kept('Microsoft.Insights/metricAlerts', ['2018-03-01']),
      kept('Microsoft.Insights/actionGroups', ['2021-09-01', '2023-01-01']),
      kept('Microsoft.Insights/diagnosticSettings', ['2021-05-01-preview']),
    ],
    operations: [
      {
        method: 'GET',
        path: BILLING_PATH,
        action: 'Microsoft.Insights/components/currentbillingfeatures/read',
        handle: ({ parameters }) => ({
          status: 200,
          body: componentOf(parameters).secrets?.billing ?? { DataVolumeCap: { Cap: 100 } },
        }),
      },
      {
        method: 'PUT',
        path: BILLING_PATH,
        action: 'Microsoft.Insights/components/currentbillingfeatures/write',
        handle: ({ parameters, request }) => {
          const found = componentOf(parameters);
          found.secrets = { ...found.secrets, billing: parseJson(request) };
          context.store.put(found);
          return { status: 200, body: found.secrets.billing };
        },
      },
    ],
  };
}

const component: ResourceType = {
  type: COMPONENT_TYPE,
  apiVersions: ['2015-05-01', '2020-02-02'],
  put(request) {
    const before = request.existing?.properties ?? {};
    const key = before.InstrumentationKey ?? randomUUID();
    return {
      ...resourceOf(request, COMPONENT_TYPE, {
        AppId: before.AppId ?? randomUUID(),
        InstrumentationKey: key,
        // Nothing listens there: telemetry ends at the function host.
        ConnectionString: `InstrumentationKey=${String(key)};IngestionEndpoint=https://westeurope-1.in.applicationinsights.azure.com/`,
      }),
      secrets: request.existing?.secrets,
    };
  },
};

/** A type that is kept as it is written. */
function kept(type: string, apiVersions: readonly string[]): ResourceType {
  return { type, apiVersions, put: (request) => resourceOf(request, type) };
}
