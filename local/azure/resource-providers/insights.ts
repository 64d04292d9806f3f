import { randomUUID } from 'node:crypto';
import type { LocalAzureContext } from '../context';
import { ArmError, parseJson } from '../http';
import { resourceOf } from '../resource-body';
import type { ArmOperation, OperationRequest, ResourceType } from '../resource-type';
import type { LocalService } from '../service';
import type { StoredResource } from '../store';

const COMPONENT_TYPE = 'Microsoft.Insights/components';
const BILLING =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Insights/components/{name}/currentBillingFeatures';
/** Gigabytes a day, Azure's default for a new component. */
const DEFAULT_DAILY_CAP = 100;

/** Microsoft.Insights: Application Insights, alerts, action groups and diagnostic settings, as they are kept. */
export function insightsProvider(context: LocalAzureContext): LocalService {
  return {
    resourceTypes: [
      components,
      kept('Microsoft.Insights/metricAlerts', ['2018-03-01']),
      kept('Microsoft.Insights/actionGroups', [
        '2019-06-01',
        '2022-06-01',
        '2023-01-01',
        '2024-10-01-preview',
      ]),
      kept('Microsoft.Insights/diagnosticSettings', ['2017-05-01-preview', '2021-05-01-preview']),
    ],
    operations: billingOperations(context),
  };
}

const components: ResourceType = {
  type: COMPONENT_TYPE,
  apiVersions: ['2015-05-01', '2018-05-01-preview', '2020-02-02', '2020-02-02-preview'],
  put(request) {
    const { AppId = randomUUID(), InstrumentationKey = randomUUID() } = (request.existing?.properties ??
      {}) as {
      AppId?: string;
      InstrumentationKey?: string;
    };
    const { location = request.existing?.location } = request.body as { location?: string };
    const region = String(location).toLowerCase().replaceAll(' ', '');
    return {
      ...resourceOf(request, COMPONENT_TYPE, {
        AppId,
        InstrumentationKey,
        ConnectionString: [
          `InstrumentationKey=${InstrumentationKey}`,
          `IngestionEndpoint=https://${region}-1.in.applicationinsights.azure.com/`,
          `LiveEndpoint=https://${region}.livediagnostics.monitor.azure.com/`,
          `ApplicationId=${AppId}`,
        ].join(';'),
      }),
      // Kept beside the component, where the billing operations find it.
      secrets: request.existing?.secrets ?? { billing: { DataVolumeCap: { Cap: DEFAULT_DAILY_CAP } } },
    };
  },
};

function billingOperations({ store }: LocalAzureContext): ArmOperation[] {
  const componentOf = ({ request }: OperationRequest): StoredResource => {
    const id = decodeURIComponent(request.path).replace(/\/currentbillingfeatures\/?$/i, '');
    const component = store.get(id);
    if (!component) {
      throw new ArmError(404, 'ResourceNotFound', `The Resource '${COMPONENT_TYPE}' at ${id} was not found.`);
    }
    return component;
  };
  return [
    {
      method: 'GET',
      path: BILLING,
      action: `${COMPONENT_TYPE}/currentBillingFeatures/read`,
      handle: (operation) => ({ status: 200, body: componentOf(operation).secrets?.billing }),
    },
    {
      method: 'PUT',
      path: BILLING,
      action: `${COMPONENT_TYPE}/currentBillingFeatures/write`,
      handle(operation) {
        const component = componentOf(operation);
        const billing = parseJson(operation.request);
        component.secrets = { ...component.secrets, billing };
        store.put(component);
        return { status: 200, body: billing };
      },
    },
  ];
}

function kept(type: string, apiVersions: readonly string[]): ResourceType {
  return { type, apiVersions, put: (request) => resourceOf(request, type) };
}
