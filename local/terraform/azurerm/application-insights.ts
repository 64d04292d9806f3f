import { UNKNOWN, type CtyObject } from '../cty';
import { known, normalLocation, tagsBody, tagsState, type AzurermResource, type Context } from './resource';
import { inGroup } from './resource-ids';

const API_VERSION = '2020-02-02';
const BILLING_API_VERSION = '2015-05-01';

interface BillingFeatures {
  CurrentBillingFeatures?: readonly string[];
  DataVolumeCap?: { Cap?: number; StopSendNotificationWhenHitCap?: boolean };
}

/** The same said twice, from the version on that has the second name; 5.0 has it alone. */
const OPPOSITES = {
  daily_data_cap_notifications_disabled: 'daily_data_cap_notifications_enabled',
  disable_ip_masking: 'ip_masking_enabled',
  local_authentication_disabled: 'local_authentication_enabled',
} as const;

export const applicationInsights: AzurermResource = {
  forceNew: ['name', 'resource_group_name', 'location', 'application_type'],
  defaults: {
    daily_data_cap_in_gb: 100,
    force_customer_storage_for_profiler: false,
    internet_ingestion_enabled: true,
    internet_query_enabled: true,
    retention_in_days: 90,
    sampling_percentage: 100,
  },

  plan(planned, _prior, config) {
    for (const [older, newer] of Object.entries(OPPOSITES)) {
      if (config[older] === UNKNOWN || config[newer] === UNKNOWN) continue;
      planned[older] = isSet(config, older as keyof typeof OPPOSITES);
      planned[newer] = !planned[older];
    }
  },

  ids: inGroup('Component', 'Microsoft.Insights/components'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, context) {
    const { client, setId, signal } = context;
    await client.arm('PUT', id, API_VERSION, { body: componentBody(planned), signal });
    setId();
    await client.get(id, API_VERSION, { signal });
    await writeBilling(id, planned, context);
  },

  async update(id, planned, _prior, context) {
    const { client, signal } = context;
    const existing = (await client.get(id, API_VERSION, { signal }))!;
    const body = componentBody(planned);
    await client.arm('PUT', id, API_VERSION, {
      body: { ...existing, ...body, properties: { ...existing.properties, ...body.properties } },
      signal,
    });
    await writeBilling(id, planned, context);
  },

  async read(id, state, { client, signal }) {
    const component = await client.get(id, API_VERSION, { signal });
    if (!component) return undefined;
    const billing = await client.get<BillingFeatures>(`${id}/currentbillingfeatures`, BILLING_API_VERSION, {
      signal,
    });
    const { properties } = component;
    return {
      location: normalLocation(component.location!),
      tags: tagsState(component.tags, state),
      application_type: properties['Application_Type'],
      workspace_id: properties['WorkspaceResourceId'] ?? null,
      retention_in_days: properties['RetentionInDays'] ?? 90,
      sampling_percentage: properties['SamplingPercentage'] ?? 100,
      ...both('disable_ip_masking', properties['DisableIpMasking']),
      ...both('local_authentication_disabled', properties['DisableLocalAuth']),
      internet_ingestion_enabled: properties['publicNetworkAccessForIngestion'] !== 'Disabled',
      internet_query_enabled: properties['publicNetworkAccessForQuery'] !== 'Disabled',
      daily_data_cap_in_gb: billing?.DataVolumeCap?.Cap ?? known(state['daily_data_cap_in_gb']) ?? 100,
      ...both(
        'daily_data_cap_notifications_disabled',
        billing?.DataVolumeCap?.StopSendNotificationWhenHitCap,
      ),
      app_id: properties['AppId'],
      instrumentation_key: properties['InstrumentationKey'],
      connection_string: properties['ConnectionString'],
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
  },
};

/** Whether one is true, by either of its names. */
function isSet(values: CtyObject, older: keyof typeof OPPOSITES): boolean {
  return known<boolean>(values[older]) ?? known<boolean>(values[OPPOSITES[older]]) === false;
}

function both(older: keyof typeof OPPOSITES, value = false): CtyObject {
  return { [older]: value, [OPPOSITES[older]]: !value };
}

function componentBody(planned: CtyObject) {
  const enabled = (name: string) => (planned[name] === false ? 'Disabled' : 'Enabled');
  const workspace = known(planned['workspace_id']);
  return {
    kind: planned['application_type'],
    location: planned['location'],
    name: planned['name'],
    properties: {
      ApplicationId: planned['name'],
      Application_Type: planned['application_type'],
      DisableIpMasking: isSet(planned, 'disable_ip_masking'),
      DisableLocalAuth: isSet(planned, 'local_authentication_disabled'),
      ForceCustomerStorageForProfiler: planned['force_customer_storage_for_profiler'],
      publicNetworkAccessForIngestion: enabled('internet_ingestion_enabled'),
      publicNetworkAccessForQuery: enabled('internet_query_enabled'),
      RetentionInDays: planned['retention_in_days'],
      SamplingPercentage: planned['sampling_percentage'],
      ...(workspace !== undefined && { WorkspaceResourceId: workspace }),
    },
    tags: tagsBody(planned),
  };
}

async function writeBilling(id: string, planned: CtyObject, { client, signal }: Context): Promise<void> {
  const path = `${id}/currentbillingfeatures`;
  const existing = await client.get<BillingFeatures>(path, BILLING_API_VERSION, { signal });
  const features = existing?.CurrentBillingFeatures;
  const cap: BillingFeatures['DataVolumeCap'] = {
    ...existing?.DataVolumeCap,
    Cap: planned['daily_data_cap_in_gb'] as number,
  };
  const quiet = isSet(planned, 'daily_data_cap_notifications_disabled');
  if (quiet || cap.StopSendNotificationWhenHitCap !== undefined) cap.StopSendNotificationWhenHitCap = quiet;
  await client.arm('PUT', path, BILLING_API_VERSION, {
    body: { ...(features && { CurrentBillingFeatures: features }), DataVolumeCap: cap },
    signal,
  });
}
