import { ctyEquals, type CtyObject, type CtyValue } from '../cty';
import { ProviderError } from '../provider';
import { known, single } from './resource';

export const DEPLOYMENT_STORAGE = 'DEPLOYMENT_STORAGE_CONNECTION_STRING';

/** App settings that the provider writes by itself and therefore keeps out of `app_settings`. */
export const OWN_SETTINGS = new Set([
  'APPINSIGHTS_INSTRUMENTATIONKEY',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsStorage',
  DEPLOYMENT_STORAGE,
  'WEBSITE_HEALTHCHECK_MAXPINGFAILURES',
]);

/** Attributes of `site_config` that are sent always, with their names in ARM. */
const SITE_CONFIG_STRINGS: Record<string, string> = {
  ip_restriction_default_action: 'ipSecurityRestrictionsDefaultAction',
  load_balancing_mode: 'loadBalancing',
  managed_pipeline_mode: 'managedPipelineMode',
  minimum_tls_version: 'minTlsVersion',
  scm_ip_restriction_default_action: 'scmIpSecurityRestrictionsDefaultAction',
  scm_minimum_tls_version: 'scmMinTlsVersion',
};

/** Attributes of `site_config` that are sent when they change, a new app counting as everything off. */
const SITE_CONFIG_CHANGES: Record<string, string> = {
  api_management_api_id: 'apiManagementConfig.id',
  api_definition_url: 'apiDefinition.url',
  app_command_line: 'appCommandLine',
  container_registry_managed_identity_client_id: 'acrUserManagedIdentityID',
  container_registry_use_managed_identity: 'acrUseManagedIdentityCreds',
  default_documents: 'defaultDocuments',
  elastic_instance_minimum: 'minimumElasticInstanceCount',
  health_check_path: 'healthCheckPath',
  http2_enabled: 'http20Enabled',
  remote_debugging_enabled: 'remoteDebuggingEnabled',
  remote_debugging_version: 'remoteDebuggingVersion',
  runtime_scale_monitoring_enabled: 'functionsRuntimeScaleMonitoringEnabled',
  scm_use_main_ip_restriction: 'scmIpSecurityRestrictionsUseMain',
  use_32_bit_worker: 'use32BitWorkerProcess',
  vnet_route_all_enabled: 'vnetRouteAllEnabled',
  websockets_enabled: 'webSocketsEnabled',
  worker_count: 'numberOfWorkers',
};

export const SITE_CONFIG_DEFAULTS: Record<string, CtyValue> = {
  container_registry_use_managed_identity: false,
  http2_enabled: false,
  ip_restriction_default_action: 'Allow',
  load_balancing_mode: 'LeastRequests',
  managed_pipeline_mode: 'Integrated',
  minimum_tls_version: '1.2',
  remote_debugging_enabled: false,
  scm_ip_restriction_default_action: 'Allow',
  scm_minimum_tls_version: '1.2',
  scm_use_main_ip_restriction: false,
  use_32_bit_worker: false,
  vnet_route_all_enabled: false,
  websockets_enabled: false,
};

export type SiteConfig = Record<string, any> & { appSettings?: { name: string; value: string }[] };

export function functionAppConfig(planned: CtyObject): object {
  const authentication = planned['storage_authentication_type'] as string;
  const concurrency = known(planned['http_concurrency']);
  const ready = planned['always_ready'] as CtyObject[];
  return {
    deployment: {
      storage: {
        authentication: {
          storageAccountConnectionStringName:
            authentication === 'StorageAccountConnectionString' ? DEPLOYMENT_STORAGE : '',
          type: authentication,
          ...(authentication === 'UserAssignedIdentity' && {
            userAssignedIdentityResourceId: planned['storage_user_assigned_identity_id'],
          }),
        },
        type: planned['storage_container_type'],
        value: planned['storage_container_endpoint'],
      },
    },
    runtime: { name: planned['runtime_name'], version: planned['runtime_version'] },
    scaleAndConcurrency: {
      ...(ready.length > 0 && {
        alwaysReady: ready.map((block) => ({ name: block['name'], instanceCount: block['instance_count'] })),
      }),
      instanceMemoryMB: planned['instance_memory_in_mb'],
      maximumInstanceCount: planned['maximum_instance_count'],
      ...(concurrency !== undefined && { triggers: { http: { perInstanceConcurrency: concurrency } } }),
    },
  };
}

export function siteConfig(planned: CtyObject, prior: CtyObject | null): SiteConfig {
  const now = single(planned['site_config']) ?? {};
  const before = single(prior?.['site_config']) ?? {};
  const result: SiteConfig = {};
  for (const [name, arm] of Object.entries(SITE_CONFIG_STRINGS)) {
    if (now[name] !== null && now[name] !== undefined) result[arm] = now[name];
  }
  for (const [name, arm] of Object.entries(SITE_CONFIG_CHANGES)) {
    const value = known(now[name]);
    const last = known(before[name]) ?? (typeof value === 'boolean' ? false : undefined);
    if (value === undefined || ctyEquals(value, last)) continue;
    const [outer, inner] = arm.split('.');
    result[outer!] = inner === undefined ? value : { [inner]: value };
  }
  const cors = single(now['cors']);
  if (cors) {
    result['cors'] = {
      allowedOrigins: known(cors['allowed_origins']) ?? [],
      supportCredentials: known(cors['support_credentials']) ?? false,
    };
  }
  return result;
}

export function appSettings(
  planned: CtyObject,
  deploymentSetting: string,
  existing: { name: string; value: string }[],
) {
  const endpoint = planned['storage_container_endpoint'] as string;
  const account = /^(?:https:\/\/)?([^./]+)\./.exec(endpoint)?.[1];
  if (!account) {
    throw new ProviderError(
      'Invalid storage_container_endpoint',
      `got ${endpoint}, expected https://storagename.blob.core.windows.net/containername`,
    );
  }
  const key = known<string>(planned['storage_access_key']) ?? '';
  const connection = `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${key};EndpointSuffix=core.windows.net`;
  const site = single(planned['site_config']) ?? {};
  const own: Record<string, CtyValue | undefined> = {
    AzureWebJobsStorage: connection,
    ...(deploymentSetting && { [deploymentSetting]: connection }),
    APPINSIGHTS_INSTRUMENTATIONKEY: known(site['application_insights_key']),
    APPLICATIONINSIGHTS_CONNECTION_STRING: known(site['application_insights_connection_string']),
    WEBSITE_HEALTHCHECK_MAXPINGFAILURES: known(site['health_check_eviction_time_in_min']),
  };
  const merged = new Map(existing.map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(own)) if (value !== undefined) merged.set(name, String(value));
  for (const [name, value] of Object.entries(
    (planned['app_settings'] as Record<string, string> | null) ?? {},
  )) {
    merged.set(name, value);
  }
  return [...merged].map(([name, value]) => ({ name, value }));
}

/** What Azure shows of the site's configuration; what it does not show stays as it was. */
export function siteConfigState(
  before: CtyObject,
  web: SiteConfig,
  settings: Record<string, string>,
): CtyObject {
  const state: CtyObject = { ...before };
  for (const [name, arm] of Object.entries({ ...SITE_CONFIG_STRINGS, ...SITE_CONFIG_CHANGES })) {
    const [outer, inner] = arm.split('.');
    const value = inner === undefined ? web[outer!] : web[outer!]?.[inner];
    // An unset text reads as an empty one.
    if (value !== undefined && value !== null && !(value === '' && known(before[name]) === undefined))
      state[name] = value;
  }
  for (const [name, value] of Object.entries(SITE_CONFIG_DEFAULTS)) state[name] = known(state[name]) ?? value;
  state['detailed_error_logging_enabled'] = web['detailedErrorLoggingEnabled'] ?? false;
  state['scm_type'] = web['scmType'] ?? '';
  state['application_insights_connection_string'] = settings['APPLICATIONINSIGHTS_CONNECTION_STRING'] ?? null;
  state['application_insights_key'] = settings['APPINSIGHTS_INSTRUMENTATIONKEY'] ?? null;
  return state;
}
