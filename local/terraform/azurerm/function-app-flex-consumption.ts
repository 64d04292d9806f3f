import type { ArmResource } from '../azure-client';
import { ctyEquals, type CtyObject, type CtyValue } from '../cty';
import { outsideTheStandIn, ProviderError } from '../provider';
import {
  appSettings,
  DEPLOYMENT_STORAGE,
  functionAppConfig,
  OWN_SETTINGS,
  SITE_CONFIG_DEFAULTS,
  siteConfig,
  siteConfigState,
  type SiteConfig,
} from './function-app-site';
import { identityBody, identityState } from './identity';
import {
  known,
  normalLocation,
  single,
  tagsBody,
  tagsState,
  type AzurermResource,
  type Context,
} from './resource';
import { inGroup } from './resource-ids';

const API_VERSION = '2023-12-01';
const NAME_API_VERSION = '2023-01-01';

export const functionAppFlexConsumption: AzurermResource = {
  forceNew: ['name', 'resource_group_name', 'location', 'service_plan_id'],
  defaults: {
    client_certificate_enabled: false,
    client_certificate_mode: 'Optional',
    enabled: true,
    https_only: false,
    instance_memory_in_mb: 2048,
    maximum_instance_count: 100,
    public_network_access_enabled: true,
    webdeploy_publish_basic_authentication_enabled: true,
    ...Object.fromEntries(
      Object.entries(SITE_CONFIG_DEFAULTS).map(([name, value]) => [`site_config.${name}`, value]),
    ),
  },
  unsupported: [
    'auth_settings',
    'auth_settings_v2',
    'site_config.app_service_logs',
    'site_config.ip_restriction',
    'site_config.scm_ip_restriction',
  ],

  validate(config) {
    if (known(config['zip_deploy_file']) !== undefined) {
      throw outsideTheStandIn(
        'azurerm',
        'zip_deploy_file of azurerm_function_app_flex_consumption',
        'Flex Consumption takes no code that way, publish it as PushRelay does (docs/providers.md)',
      );
    }
  },

  ids: inGroup('FunctionApp', 'Microsoft.Web/sites'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, context) {
    const { client, onAccepted, setId, subscriptionId, signal } = context;
    const plan = await client.get(planned['service_plan_id'] as string, API_VERSION, { signal });
    if (plan?.sku?.['name'] !== 'FC1') {
      throw new ProviderError(
        'Wrong service plan',
        `${planned['service_plan_id'] as string} has SKU ${String(plan?.sku?.['name'])}, expected FC1 for ${id}`,
      );
    }
    const checked = await client.arm(
      'POST',
      `/subscriptions/${subscriptionId}/providers/Microsoft.Web/checknameavailability`,
      NAME_API_VERSION,
      { body: { name: planned['name'], type: 'Microsoft.Web/sites' }, signal },
    );
    const availability = checked.body as { nameAvailable?: boolean; message?: string };
    if (availability.nameAvailable === false) {
      throw new ProviderError(
        'Name not available',
        `the function app name ${planned['name'] as string} is taken: ${availability.message ?? 'no reason given'}`,
      );
    }
    const publicNetworkAccess = planned['public_network_access_enabled'] === false ? 'Disabled' : 'Enabled';
    const deploymentSetting =
      planned['storage_authentication_type'] === 'StorageAccountConnectionString' ? DEPLOYMENT_STORAGE : '';
    const identity = identityBody(planned['identity']);
    const subnet = known(planned['virtual_network_subnet_id']);
    const exclusions = known(planned['client_certificate_exclusion_paths']);
    await client.operation('PUT', id, API_VERSION, {
      body: {
        ...(identity && { identity }),
        kind: 'functionapp,linux',
        location: planned['location'],
        properties: {
          clientCertEnabled: planned['client_certificate_enabled'],
          ...(exclusions !== undefined && { clientCertExclusionPaths: exclusions }),
          clientCertMode: planned['client_certificate_mode'],
          enabled: planned['enabled'],
          functionAppConfig: functionAppConfig(planned),
          httpsOnly: planned['https_only'],
          publicNetworkAccess,
          serverFarmId: planned['service_plan_id'],
          siteConfig: {
            ...siteConfig(planned, null),
            appSettings: appSettings(planned, deploymentSetting, []),
            publicNetworkAccess,
          },
          ...(subnet !== undefined && { virtualNetworkSubnetId: subnet }),
        },
        tags: tagsBody(planned),
      },
      onAccepted,
      signal,
    });
    setId();
    if (planned['webdeploy_publish_basic_authentication_enabled'] === false) {
      await writeBasicPublishing(id, false, context);
    }
    if (single(planned['sticky_settings'])) await writeStickySettings(id, planned, context);
    if ((planned['connection_string'] as CtyValue[]).length > 0)
      await writeConnectionStrings(id, planned, context);
  },

  async update(id, planned, prior, context) {
    const { client, signal } = context;
    const existing = (await client.get(id, API_VERSION, { signal }))!;
    const changed = (name: string) => !ctyEquals(prior[name], planned[name]);
    const { properties } = existing;
    const site: SiteConfig = {
      ...(properties['siteConfig'] as SiteConfig | undefined),
      ...(changed('site_config') && siteConfig(planned, prior)),
    };
    // Written whatever the authentication is, unless that changes in this very update.
    const identityNow =
      changed('storage_authentication_type') &&
      planned['storage_authentication_type'] !== 'StorageAccountConnectionString';
    site.appSettings = appSettings(planned, identityNow ? '' : DEPLOYMENT_STORAGE, site.appSettings ?? []);
    const publicNetworkAccess = planned['public_network_access_enabled'] === false ? 'Disabled' : 'Enabled';
    if (changed('public_network_access_enabled')) site['publicNetworkAccess'] = publicNetworkAccess;
    const configured = functionAppConfig(planned);
    const subnet = known(planned['virtual_network_subnet_id']);
    const exclusions = known(planned['client_certificate_exclusion_paths']);
    await client.operation('PUT', id, API_VERSION, {
      body: {
        ...existing,
        ...(changed('identity') ? { identity: identityBody(planned['identity']) } : sentIdentity(existing)),
        properties: {
          ...properties,
          clientCertEnabled: planned['client_certificate_enabled'],
          clientCertMode: planned['client_certificate_mode'],
          ...(exclusions !== undefined && { clientCertExclusionPaths: exclusions }),
          enabled: planned['enabled'],
          functionAppConfig: { ...properties['functionAppConfig'], ...configured },
          httpsOnly: planned['https_only'],
          ...(changed('public_network_access_enabled') && { publicNetworkAccess }),
          siteConfig: site,
          ...(subnet !== undefined && { virtualNetworkSubnetId: subnet }),
        },
        tags: tagsBody(planned),
      },
      signal,
    });
    if (changed('webdeploy_publish_basic_authentication_enabled')) {
      await writeBasicPublishing(
        id,
        planned['webdeploy_publish_basic_authentication_enabled'] === true,
        context,
      );
    }
    await client.arm('PATCH', `${id}/config/web`, API_VERSION, { body: { properties: site }, signal });
    if (changed('connection_string')) await writeConnectionStrings(id, planned, context);
    if (changed('sticky_settings')) await writeStickySettings(id, planned, context);
  },

  async read(id, state, { client, signal }) {
    const app = await client.get(id, API_VERSION, { signal });
    if (!app) return undefined;
    const list = async (name: string) =>
      ((await client.arm('POST', `${id}/config/${name}/list`, API_VERSION, { signal })).body as ArmResource)
        .properties;
    const settings = ((await list('appSettings')) ?? {}) as Record<string, string>;
    const strings = ((await list('connectionStrings')) ?? {}) as Record<
      string,
      { type: string; value: string }
    >;
    const sticky = await client.get(`${id}/config/slotConfigNames`, API_VERSION, { signal });
    const credential = await list('publishingcredentials');
    await list('authsettings');
    const scm = await client.get(`${id}/basicPublishingCredentialsPolicies/scm`, API_VERSION, { signal });
    const web = await client.get(`${id}/config/web`, API_VERSION, { signal });

    const { properties } = app;
    const { deployment, runtime, scaleAndConcurrency } = properties['functionAppConfig'] ?? {};
    const addresses = (name: string) => String(properties[name] ?? '');
    const connectionStrings = Object.entries(strings).map(([name, { type, value }]) => ({
      name,
      type,
      value,
    }));
    const userSettings = Object.entries(settings).filter(([name]) => !OWN_SETTINGS.has(name));
    return {
      location: normalLocation(app.location!),
      tags: tagsState(app.tags, state),
      kind: app.kind ?? '',
      identity: identityState(app.identity),
      enabled: properties['enabled'] ?? true,
      https_only: properties['httpsOnly'] ?? false,
      client_certificate_enabled: properties['clientCertEnabled'] ?? false,
      client_certificate_mode: properties['clientCertMode'] ?? 'Optional',
      public_network_access_enabled: properties['publicNetworkAccess'] !== 'Disabled',
      service_plan_id: sameId(properties['serverFarmId'], state['service_plan_id']),
      custom_domain_verification_id: properties['customDomainVerificationId'] ?? '',
      default_hostname: properties['defaultHostName'] ?? '',
      hosting_environment_id: properties['hostingEnvironmentProfile']?.id ?? '',
      outbound_ip_addresses: addresses('outboundIpAddresses'),
      outbound_ip_address_list: addresses('outboundIpAddresses').split(','),
      possible_outbound_ip_addresses: addresses('possibleOutboundIpAddresses'),
      possible_outbound_ip_address_list: addresses('possibleOutboundIpAddresses').split(','),
      storage_container_type: deployment?.storage?.type ?? null,
      storage_container_endpoint: deployment?.storage?.value ?? null,
      storage_authentication_type: deployment?.storage?.authentication?.type ?? null,
      storage_user_assigned_identity_id: sameId(
        deployment?.storage?.authentication?.userAssignedIdentityResourceId ?? null,
        state['storage_user_assigned_identity_id'],
      ),
      runtime_name: runtime?.name ?? null,
      runtime_version: runtime?.version ?? null,
      instance_memory_in_mb: scaleAndConcurrency?.instanceMemoryMB ?? null,
      maximum_instance_count: scaleAndConcurrency?.maximumInstanceCount ?? null,
      http_concurrency: scaleAndConcurrency?.triggers?.http?.perInstanceConcurrency ?? null,
      always_ready: (
        (scaleAndConcurrency?.alwaysReady ?? []) as { name: string; instanceCount: number }[]
      ).map(({ name, instanceCount }) => ({ name, instance_count: instanceCount })),
      app_settings:
        userSettings.length > 0 || state['app_settings'] ? Object.fromEntries(userSettings) : null,
      connection_string: connectionStrings,
      sticky_settings: stickyState(sticky?.properties),
      site_config: [siteConfigState(single(state['site_config']) ?? {}, web?.properties ?? {}, settings)],
      site_credential: [
        {
          name: credential?.['publishingUserName'] ?? '',
          password: credential?.['publishingPassword'] ?? '',
        },
      ],
      webdeploy_publish_basic_authentication_enabled: scm?.properties['allow'] ?? true,
      virtual_network_subnet_id: properties['virtualNetworkSubnetId'] || null,
      client_certificate_exclusion_paths: properties['clientCertExclusionPaths'] || null,
      zip_deploy_file: known(state['zip_deploy_file']) ?? '',
    };
  },

  async delete(id, _prior, { client, signal }) {
    const query = { deleteEmptyServerFarm: 'false', deleteMetrics: 'false' };
    await client.operation('DELETE', id, API_VERSION, { query, signal });
  },
};

/** The identity of a site as it is sent back: without what Azure fills in. */
function sentIdentity(app: ArmResource): object {
  if (!app.identity) return {};
  const ids = Object.keys(app.identity.userAssignedIdentities ?? {});
  return {
    identity: {
      type: app.identity.type,
      ...(ids.length > 0 && { userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])) }),
    },
  };
}

async function writeBasicPublishing(id: string, allow: boolean, { client, signal }: Context): Promise<void> {
  const body = { properties: { allow } };
  await client.arm('PUT', `${id}/basicPublishingCredentialsPolicies/scm`, API_VERSION, { body, signal });
}

async function writeStickySettings(
  id: string,
  planned: CtyObject,
  { client, signal }: Context,
): Promise<void> {
  const sticky = single(planned['sticky_settings']);
  const properties = {
    appSettingNames: known(sticky?.['app_setting_names']) ?? [],
    connectionStringNames: known(sticky?.['connection_string_names']) ?? [],
  };
  await client.arm('PUT', `${id}/config/slotConfigNames`, API_VERSION, { body: { properties }, signal });
}

async function writeConnectionStrings(
  id: string,
  planned: CtyObject,
  { client, signal }: Context,
): Promise<void> {
  const properties = Object.fromEntries(
    (planned['connection_string'] as CtyObject[]).map(({ name, type, value }) => [
      name as string,
      { type, value },
    ]),
  );
  await client.arm('PUT', `${id}/config/connectionStrings`, API_VERSION, { body: { properties }, signal });
}

function stickyState(properties: Record<string, any> | undefined): CtyObject[] {
  const names = (list: unknown) => (Array.isArray(list) && list.length > 0 ? (list as string[]) : null);
  const app = names(properties?.['appSettingNames']);
  const strings = names(properties?.['connectionStringNames']);
  return app || strings ? [{ app_setting_names: app, connection_string_names: strings }] : [];
}

/** ARM answers with the same id in another case at times. */
function sameId(actual: CtyValue, before: CtyValue | undefined): CtyValue {
  const same =
    typeof actual === 'string' && typeof before === 'string' && actual.toLowerCase() === before.toLowerCase();
  return same ? before : actual;
}
