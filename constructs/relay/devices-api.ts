import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { RELAY_SETTINGS } from '../../relay/contract';
import { fail } from '../errors';
import type { IHubPolicy } from '../hub-policy';
import { originProblem } from './browser-origin';
import { checkScale, type FunctionAppScale } from './flex-function-app';

/**
 * Who may register devices with the relay: apps with a Microsoft Entra access token of this API. Each caller touches
 * the devices of the identities it may act for and no others. See docs/devices.md.
 */
export interface DevicesApi extends FunctionAppScale {
  /** Tenant whose tokens are taken. */
  readonly tenantId: string;
  /** Audience of the tokens: the API's application id, its `api://` URI, or both. */
  readonly audience: string | string[];
  /** App role or delegated scope that a caller needs. @default 'Devices.Register' */
  readonly role?: string;
  /** App role of a back end that may act for every identity. @default 'Devices.Register.All' */
  readonly allRole?: string;
  /**
   * Claim with the ACS identities (raw ids) that a caller may act for.
   * @default - its own: `8:orgid:{oid}`
   */
  readonly identityClaim?: string;
  /** Requests that one caller may make in a minute, on each instance. @default 60 */
  readonly requestsPerMinute?: number;
  /**
   * Origins of web pages that may call it: `https://{host}[:{port}]`, and `http://localhost[:{port}]` for development.
   * @default - none: browsers keep its answers from every page
   */
  readonly allowedOrigins?: string[];
  /**
   * Runs in a Function App of its own, so that requests take nothing that rings need: see docs/relay.md. Without, its
   * address is the relay's, and so are the instances.
   * @default true
   */
  readonly separateApp?: boolean;
}

/** @throws PushConstructError when Azure, or a browser, would not take what is asked for */
export function checkDevicesApi(scope: Construct, api: DevicesApi): void {
  const { allowedOrigins = [] } = api;
  for (const origin of Token.isUnresolved(allowedOrigins) ? [] : allowedOrigins) {
    const problem = Token.isUnresolved(origin) ? undefined : originProblem(origin);
    if (problem) fail(scope, `devicesApi.allowedOrigins ${problem}`);
  }
  const scaled = (['instanceMemoryInMb', 'maximumInstanceCount'] as const).find(
    (field) => api[field] !== undefined,
  );
  if (api.separateApp === false && scaled) {
    fail(
      scope,
      `devicesApi.${scaled} is of an app of its own, and separateApp is false: leave it out, or give the relay's ${scaled}`,
    );
  }
  checkScale(scope, api, 'devicesApi.');
}

/** The app settings of the devices API; `policies` are its rules with Listen, of the hub and of the VoIP hub. */
export function devicesApiSettings(
  api: DevicesApi,
  [listen, voipListen]: readonly IHubPolicy[],
): Record<string, string> {
  const settings: Record<string, string | undefined> = {
    [RELAY_SETTINGS.devicesRuleId]: listen?.policyId,
    [RELAY_SETTINGS.voipDevicesRuleId]: voipListen?.policyId,
    [RELAY_SETTINGS.apiTenantId]: api.tenantId,
    [RELAY_SETTINGS.apiAudience]: [api.audience].flat().join(','),
    [RELAY_SETTINGS.apiRole]: api.role,
    [RELAY_SETTINGS.apiAllRole]: api.allRole,
    [RELAY_SETTINGS.apiIdentityClaim]: api.identityClaim,
    [RELAY_SETTINGS.apiRequestsPerMinute]: api.requestsPerMinute?.toString(),
  };
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
