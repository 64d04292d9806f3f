import { z } from 'zod';
import type { LocalAzureContext } from '../../core/context';
import { SITE_TYPE, type FunctionApps } from './function-apps';
import { secretsOf } from './site-secrets';
import { named, readBodyOf, scalar } from '../../core/arm/shape';
import { ArmError } from '../../core/http';
import type { ArmOperation, OperationRequest } from '../../core/arm/resource-type';
import { ownValue } from '../../core/own';
import type { StoredResource } from '../../core/store';
import { applySiteConfig, requireSite, SITE_CONFIG } from './site';

const CONFIG =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Web/sites/{site}/config/{name}';

const APP_SETTINGS = z.looseObject({ properties: named(scalar) });

/** `sites/{name}/config/*`: the settings of a site, each under an address and a shape of its own. */
export function webConfigOperations(context: LocalAzureContext, apps: FunctionApps): readonly ArmOperation[] {
  const siteOf = ({ parameters }: OperationRequest) => requireSite(apps, parameters.site!);
  const write = (operation: OperationRequest) => {
    const site = siteOf(operation);
    const secrets = secretsOf(site);
    const name = operation.parameters.name!.toLowerCase();
    const before = JSON.stringify(secrets.appSettings);
    if (name === 'web') {
      applySiteConfig(
        secrets,
        readBodyOf(z.looseObject({ properties: SITE_CONFIG }), operation.request).properties,
      );
    } else if (name === 'appsettings') {
      secrets.appSettings = readBodyOf(APP_SETTINGS, operation.request).properties ?? {};
    } else {
      throw unknown(operation);
    }
    context.store.put(site);
    if (JSON.stringify(secrets.appSettings) !== before) apps.restart(site);
    return { status: 200, body: shown(operation, name === 'web' ? secrets.siteConfig : secrets.appSettings) };
  };
  return [
    {
      method: 'GET',
      path: CONFIG,
      action: `${SITE_TYPE}/config/read`,
      handle(operation) {
        const site = siteOf(operation);
        const name = operation.parameters.name!.toLowerCase();
        const properties = name === 'web' ? secretsOf(site).siteConfig : ownValue(READABLE, name);
        if (!properties) throw unknown(operation);
        return { status: 200, body: shown(operation, properties) };
      },
    },
    { method: 'PUT', path: CONFIG, action: `${SITE_TYPE}/config/write`, handle: write },
    { method: 'PATCH', path: CONFIG, action: `${SITE_TYPE}/config/write`, handle: write },
    {
      method: 'POST',
      path: `${CONFIG}/list`,
      action: `${SITE_TYPE}/config/list/action`,
      handle(operation) {
        const properties = ownValue(LISTED, operation.parameters.name!.toLowerCase())?.(siteOf(operation));
        if (!properties) throw unknown(operation);
        return { status: 200, body: { ...shown(operation, properties), name: 'list' } };
      },
    },
  ];
}

/** What is read as it is; nothing here can be set in local Azure. */
const READABLE: Readonly<Record<string, Record<string, unknown>>> = {
  slotconfignames: {},
  authsettingsv2: { platform: { enabled: false }, globalValidation: {}, identityProviders: {}, login: {} },
  logs: {
    applicationLogs: { fileSystem: { level: 'Off' } },
    httpLogs: { fileSystem: { enabled: false } },
    failedRequestsTracing: { enabled: false },
    detailedErrorMessages: { enabled: false },
  },
};

/** What holds secrets, and so takes a POST to be read. */
const LISTED: Readonly<Record<string, (site: StoredResource) => Record<string, unknown>>> = {
  appsettings: (site) => secretsOf(site).appSettings,
  connectionstrings: () => ({}),
  azurestorageaccounts: () => ({}),
  metadata: () => ({}),
  authsettings: () => ({ enabled: false, configVersion: 'v1' }),
  authsettingsv2: () => READABLE.authsettingsv2!,
  publishingcredentials: (site) => ({
    publishingUserName: `$${site.name}`,
    publishingPassword: secretsOf(site).publishingPassword,
    scmUri: `https://${site.name.toLowerCase()}.scm.azurewebsites.net`,
  }),
};

function shown({ request }: OperationRequest, properties: Record<string, unknown>): Record<string, unknown> {
  const id = decodeURIComponent(request.path);
  return { id, name: id.split('/').at(-1), type: `${SITE_TYPE}/config`, properties };
}

function unknown({ parameters }: OperationRequest): ArmError {
  return new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${SITE_TYPE}/${parameters.site}/config/${parameters.name}' was not found.`,
  );
}
