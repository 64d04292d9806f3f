import { ctyEquals } from '../cty';
import { known, normalLocation, tagsState, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';

const API_VERSION = '2023-12-01';

export const servicePlan: AzurermResource = {
  forceNew: [
    'name',
    'resource_group_name',
    'location',
    'os_type',
    'app_service_environment_id',
    'zone_balancing_enabled',
  ],
  defaults: {
    per_site_scaling_enabled: false,
    premium_plan_auto_scale_enabled: false,
    zone_balancing_enabled: false,
  },

  ids: inGroup('AppServicePlan', 'Microsoft.Web/serverFarms'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, onAccepted, signal }) {
    const capacity = known(planned['worker_count']);
    const elastic = known(planned['maximum_elastic_worker_count']);
    const environment = known(planned['app_service_environment_id']);
    await client.operation('PUT', id, API_VERSION, {
      body: {
        location: planned['location'],
        properties: {
          elasticScaleEnabled: planned['premium_plan_auto_scale_enabled'],
          ...(environment !== undefined && { hostingEnvironmentProfile: { id: environment } }),
          hyperV: planned['os_type'] === 'WindowsContainer',
          ...(elastic !== undefined && { maximumElasticWorkerCount: elastic }),
          perSiteScaling: planned['per_site_scaling_enabled'],
          reserved: planned['os_type'] === 'Linux',
          zoneRedundant: planned['zone_balancing_enabled'],
        },
        sku: { name: planned['sku_name'], ...(capacity !== undefined && { capacity }) },
        tags: planned['tags'],
      },
      onAccepted,
      signal,
    });
  },

  async update(id, planned, prior, { client, signal }) {
    const existing = (await client.get(id, API_VERSION, { signal }))!;
    const changed = (name: string) =>
      ctyEquals(prior[name], planned[name]) ? undefined : known(planned[name]);
    const capacity = changed('worker_count');
    const elastic = changed('maximum_elastic_worker_count');
    await client.operation('PUT', id, API_VERSION, {
      body: {
        ...existing,
        properties: {
          ...existing.properties,
          elasticScaleEnabled: planned['premium_plan_auto_scale_enabled'],
          ...(elastic !== undefined && { maximumElasticWorkerCount: elastic }),
          perSiteScaling: planned['per_site_scaling_enabled'],
        },
        sku: { ...existing.sku, name: planned['sku_name'], ...(capacity !== undefined && { capacity }) },
        tags: planned['tags'],
      },
      signal,
    });
  },

  async read(id, state, { client, signal }) {
    const plan = await client.get(id, API_VERSION, { signal });
    if (!plan) return undefined;
    const { properties, sku } = plan;
    const windows = properties['hyperV'] === true ? 'WindowsContainer' : 'Windows';
    return {
      location: normalLocation(plan.location!),
      tags: tagsState(plan.tags, state),
      kind: plan.kind ?? '',
      os_type: properties['reserved'] === true ? 'Linux' : windows,
      sku_name: sku!['name'] as string,
      reserved: properties['reserved'] === true,
      per_site_scaling_enabled: properties['perSiteScaling'] ?? false,
      zone_balancing_enabled: properties['zoneRedundant'] ?? false,
      worker_count: (sku!['capacity'] as number | undefined) ?? 0,
      maximum_elastic_worker_count: properties['maximumElasticWorkerCount'] ?? 0,
    };
  },

  async delete(id, _prior, { client, signal }) {
    await client.operation('DELETE', id, API_VERSION, { signal });
  },
};
