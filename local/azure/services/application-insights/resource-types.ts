import { randomUUID } from 'node:crypto';
import type { LocalAzureContext } from '../../core/context';
import { ArmError, badRequest, parseJson } from '../../core/http';
import { resourceOf } from '../../core/arm/resource-body';
import type { ArmOperation, OperationRequest, ResourceType } from '../../core/arm/resource-type';
import type { StoredResource } from '../../core/store';

const COMPONENT_TYPE = 'Microsoft.Insights/components';
const BILLING =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Insights/components/{name}/currentBillingFeatures';
/** Gigabytes a day: Azure's default for a new component, and the most there is. */
const DEFAULT_DAILY_CAP = 100;
const MAX_DAILY_CAP = 1000;

interface BillingFeatures {
  readonly CurrentBillingFeatures?: readonly string[];
  readonly DataVolumeCap?: { readonly Cap?: number };
}

const NEW_COMPONENT: BillingFeatures = {
  CurrentBillingFeatures: ['Basic'],
  DataVolumeCap: { Cap: DEFAULT_DAILY_CAP },
};

/** Microsoft.Insights/components: what takes the telemetry of apps. None is kept. */
export const components: ResourceType = {
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
      secrets: request.existing?.secrets ?? { billing: NEW_COMPONENT },
    };
  },
};

/** The daily cap of a component, which has an address of its own. */
export function billingOperations({ store }: LocalAzureContext): ArmOperation[] {
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
        const sent = (parseJson(operation.request) ?? {}) as BillingFeatures;
        const cap = sent.DataVolumeCap?.Cap;
        if (cap !== undefined && !(cap >= 0 && cap <= MAX_DAILY_CAP)) {
          throw badRequest(`DataVolumeCap.Cap is 0 to ${MAX_DAILY_CAP} gigabytes a day; got ${String(cap)}`);
        }
        const before = component.secrets?.billing as BillingFeatures;
        const billing = {
          ...before,
          ...sent,
          DataVolumeCap: { ...before.DataVolumeCap, ...sent.DataVolumeCap },
        };
        component.secrets = { ...component.secrets, billing };
        store.put(component);
        return { status: 200, body: billing };
      },
    },
  ];
}
