import type { CtyObject } from '../cty';
import {
  groupResourceId,
  known,
  normalLocation,
  tagsBody,
  tagsState,
  type AzurermResource,
  type Context,
} from './resource';

const API_VERSION = '2020-02-02';
const BILLING_API_VERSION = '2015-05-01';

interface BillingFeatures {
  CurrentBillingFeatures?: readonly string[];
  DataVolumeCap?: { Cap?: number; StopSendNotificationWhenHitCap?: boolean };
}

export const applicationInsights: AzurermResource = {
  forceNew: ['name', 'resource_group_name', 'location', 'application_type'],
  defaults: {
    daily_data_cap_in_gb: 100,
    daily_data_cap_notifications_disabled: false,
    disable_ip_masking: false,
    force_customer_storage_for_profiler: false,
    internet_ingestion_enabled: true,
    internet_query_enabled: true,
    local_authentication_disabled: false,
    retention_in_days: 90,
    sampling_percentage: 100,
  },

  id: (planned, session) => groupResourceId(planned, session, 'Microsoft.Insights/components'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, context) {
    const { client, signal } = context;
    await client.arm('PUT', id, API_VERSION, { body: componentBody(planned), signal });
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
      disable_ip_masking: properties['DisableIpMasking'] ?? false,
      local_authentication_disabled: properties['DisableLocalAuth'] ?? false,
      internet_ingestion_enabled: properties['publicNetworkAccessForIngestion'] !== 'Disabled',
      internet_query_enabled: properties['publicNetworkAccessForQuery'] !== 'Disabled',
      daily_data_cap_in_gb: billing?.DataVolumeCap?.Cap ?? known(state['daily_data_cap_in_gb']) ?? 100,
      daily_data_cap_notifications_disabled: billing?.DataVolumeCap?.StopSendNotificationWhenHitCap ?? false,
      app_id: properties['AppId'],
      instrumentation_key: properties['InstrumentationKey'],
      connection_string: properties['ConnectionString'],
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
  },
};

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
      DisableIpMasking: planned['disable_ip_masking'],
      DisableLocalAuth: planned['local_authentication_disabled'],
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
  const quiet = planned['daily_data_cap_notifications_disabled'] === true;
  if (quiet || cap.StopSendNotificationWhenHitCap !== undefined) cap.StopSendNotificationWhenHitCap = quiet;
  await client.arm('PUT', path, BILLING_API_VERSION, {
    body: { ...(features && { CurrentBillingFeatures: features }), DataVolumeCap: cap },
    signal,
  });
}
