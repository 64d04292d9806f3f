import type { LocalAzureContext } from '../../core/context';
import { sameId } from '../../core/arm/resource-id';
import { stableGuid } from '../../core/access/directory';
import { checkFunctionAppConfig } from './app-config';
import { newSiteSecrets, secretsOf, SITE_TYPE, type FunctionApps } from './function-apps';
import { ArmError, parseJson } from '../../core/http';
import { checkIntegration } from './network-access';
import { resourceOf } from '../../core/arm/resource-body';
import type { ResourceRequest, ResourceType } from '../../core/arm/resource-type';
import type { ResourceProvider } from '../../core/service';
import type { StoredResource } from '../../core/store';
import { webConfigOperations } from './site-config';
import { applySiteConfig, requireSite, type SentSiteConfig } from './site';

const API_VERSIONS = [
  '2020-06-01',
  '2021-02-01',
  '2022-03-01',
  '2022-09-01',
  '2023-01-01',
  '2023-12-01',
  '2024-04-01',
  '2024-11-01',
  '2025-05-01',
];
const PLAN_TYPE = 'Microsoft.Web/serverFarms';
const FUNCTION_TYPE = `${SITE_TYPE}/functions`;
const POLICY_TYPE = `${SITE_TYPE}/basicPublishingCredentialsPolicies`;

/** Microsoft.Web: plans, and Function Apps on Flex Consumption with what belongs to them. */
export function webProvider(context: LocalAzureContext, apps: FunctionApps): ResourceProvider {
  const { store } = context;

  const plans: ResourceType = {
    type: PLAN_TYPE,
    apiVersions: API_VERSIONS,
    put: (request) => resourceOf(request, PLAN_TYPE),
    deleting(plan) {
      const on = store
        .list({ type: SITE_TYPE })
        .filter((site) => sameId(String(site.properties.serverFarmId), plan.id));
      if (on.length === 0) return;
      throw new ArmError(
        409,
        'Conflict',
        `Server farm '${plan.name}' cannot be deleted because it has web app(s) ${on.map(({ name }) => name).join(', ')} assigned to it.`,
      );
    },
  };

  const sites: ResourceType = {
    type: SITE_TYPE,
    apiVersions: API_VERSIONS,
    put(request) {
      const name = request.id.split('/').at(-1)!;
      const namesake = apps.byName(name);
      if (namesake && namesake.id.toLowerCase() !== request.id.toLowerCase()) {
        throw new ArmError(409, 'Conflict', `Website with given name ${name} already exists.`);
      }
      requirePlan(context, request);
      const site = siteOf(request, name);
      const before = request.existing;
      // The app goes on with new settings once ARM has kept them.
      setImmediate(() => {
        if (!context.closing.aborted && settingsChanged(before, site)) apps.restart(site, before);
      });
      return site;
    },
    view({ secrets: _, ...site }) {
      return { ...site, properties: { ...site.properties, siteConfig: {} } };
    },
    deleted: (site) => apps.removed(site),
  };

  const functions: ResourceType = {
    type: FUNCTION_TYPE,
    apiVersions: API_VERSIONS,
    put() {
      throw new ArmError(
        405,
        'MethodNotAllowed',
        'functions come with the package, publish it to the scm site',
      );
    },
    implicit(id) {
      const [, siteId, name] = /^(.+)\/functions\/([^/]+)$/i.exec(id) ?? [];
      const site = siteId ? store.get(siteId) : undefined;
      const found = site && apps.functions(site.id).find((f) => f.name.toLowerCase() === name!.toLowerCase());
      return found && functionOf(site, found);
    },
    actions: {
      listkeys: ({ id }) => {
        const site = store.get(id.replace(/\/functions\/[^/]+$/i, ''))!;
        return { status: 200, body: { default: secretsOf(site).functionKey } };
      },
    },
  };

  const policies: ResourceType = {
    type: POLICY_TYPE,
    apiVersions: API_VERSIONS,
    put(request) {
      const { properties } = (request.body ?? {}) as { properties?: { allow?: unknown } };
      if (typeof properties?.allow !== 'boolean') {
        throw new ArmError(400, 'BadRequest', `properties.allow of ${request.id} must be true or false`);
      }
      return policyOf(request.id, properties.allow);
    },
    implicit: (id) => (/\/(scm|ftp)$/i.test(id) ? policyOf(id, true) : undefined),
  };

  return {
    resourceTypes: [plans, sites, functions, policies],
    operations: [
      {
        method: 'POST',
        path: '/subscriptions/{subscription}/providers/Microsoft.Web/checkNameAvailability',
        action: 'Microsoft.Web/checkNameAvailability/read',
        handle({ request }) {
          const { name = '' } = (parseJson(request) ?? {}) as { name?: string };
          return {
            status: 200,
            body: apps.byName(name)
              ? {
                  nameAvailable: false,
                  reason: 'AlreadyExists',
                  message: `the host name '${name}' is taken already; choose another`,
                }
              : { nameAvailable: true },
          };
        },
      },
      {
        method: 'GET',
        path: '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Web/sites/{site}/functions',
        action: `${FUNCTION_TYPE}/read`,
        handle({ parameters }) {
          const site = requireSite(apps, parameters.site!);
          return { status: 200, body: { value: apps.functions(site.id).map((f) => functionOf(site, f)) } };
        },
      },
      {
        method: 'POST',
        path: '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Web/sites/{site}/host/default/listkeys',
        action: 'Microsoft.Web/sites/host/listkeys/action',
        handle({ parameters }) {
          const site = requireSite(apps, parameters.site!);
          const { masterKey, functionKey, eventGridKey } = secretsOf(site);
          const published = apps.functions(site.id).some(({ type }) => /^eventGridTrigger$/i.test(type));
          return {
            status: 200,
            body: {
              masterKey,
              functionKeys: { default: functionKey },
              // The key comes into being with the first Event Grid function.
              systemKeys: published ? { eventgrid_extension: eventGridKey } : {},
            },
          };
        },
      },
      ...webConfigOperations(context, apps),
    ],
  };
}

function requirePlan({ store }: LocalAzureContext, request: ResourceRequest): void {
  const { properties } = (request.body ?? {}) as { properties?: { serverFarmId?: string } };
  const plan = properties?.serverFarmId;
  if (!plan || store.get(plan)?.type !== PLAN_TYPE) {
    throw new ArmError(400, 'BadRequest', `the plan '${plan}' of the site ${request.id} was not found`);
  }
}

function siteOf(request: ResourceRequest, name: string): StoredResource {
  const host = `${name.toLowerCase()}.azurewebsites.net`;
  const scm = `${name.toLowerCase()}.scm.azurewebsites.net`;
  const site = resourceOf(request, SITE_TYPE, {
    defaultHostName: host,
    customDomainVerificationId: stableGuid('custom-domain-verification').replaceAll('-', '').toUpperCase(),
    outboundIpAddresses: '10.0.0.1',
    possibleOutboundIpAddresses: '10.0.0.1,10.0.0.2',
    state: 'Running',
    hostNames: [host],
    enabledHostNames: [host, scm],
    hostNameSslStates: [
      { name: host, sslState: 'Disabled', hostType: 'Standard' },
      { name: scm, sslState: 'Disabled', hostType: 'Repository' },
    ],
  });
  const { siteConfig, provisioningState: _, ...properties } = site.properties;
  checkIntegration(request.id, properties);
  const { functionAppConfig } = properties;
  if (functionAppConfig) properties.functionAppConfig = checkFunctionAppConfig(functionAppConfig);
  const secrets = request.existing ? { ...secretsOf(request.existing) } : newSiteSecrets();
  applySiteConfig(secrets, siteConfig as SentSiteConfig | undefined);
  return { ...site, properties, secrets };
}

function settingsChanged(before: StoredResource | undefined, after: StoredResource): boolean {
  if (!before) return false;
  const relevant = (site: StoredResource) =>
    JSON.stringify([secretsOf(site).appSettings, site.identity, site.properties.functionAppConfig]);
  return relevant(before) !== relevant(after);
}

function functionOf(site: StoredResource, { name, type }: { name: string; type: string }): StoredResource {
  return {
    id: `${site.id}/functions/${name}`,
    name: `${site.name}/${name}`,
    type: FUNCTION_TYPE,
    location: site.location,
    properties: {
      name,
      language: 'node',
      isDisabled: false,
      config: { bindings: [{ type, direction: 'in' }] },
      invoke_url_template: /^httpTrigger$/i.test(type)
        ? `https://${site.name}.azurewebsites.net/api/${name}`
        : null,
    },
  };
}

function policyOf(id: string, allow: boolean): StoredResource {
  return { id, name: id.split('/').at(-1)!, type: POLICY_TYPE, properties: { allow } };
}
