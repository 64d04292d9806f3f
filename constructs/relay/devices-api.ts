import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { API_AUTHORITY, RELAY_SETTINGS } from '../../relay/contract';
import { checkBoolean, checkText, checkWholeNumber, isOptions, shown } from '../core/checks';
import { list, soundKinds, text, type Kinds } from '../core/kinds';
import { mistake } from '../core/mistakes';
import { IDENTITY, STORAGE_ACCOUNT } from '../core/part-kinds';
import { warn } from '../core/warnings';
import type { IHubPolicy } from '../notification-hubs/notification-hub-interface';
import { originProblem } from './browser-origin';
import { checkParts, FUNCTION_APP_PARTS, type FunctionAppParts } from './function-app-parts';
import { checkAlwaysReady, checkScale, SCALE_FIELDS, type FunctionAppScale } from './function-app-scale';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Authorities of workforce tenants, whose users ACS knows by their object ids. */
const WORKFORCE = /^https:\/\/login\.microsoftonline\.com\//i;

/**
 * Who may register devices with the relay: apps with a Microsoft Entra access token of this API. Each caller touches
 * the devices of the identities it may act for and no others. See docs/devices.md.
 */
export interface DevicesApi extends FunctionAppScale, FunctionAppParts {
  /** Tenant whose tokens are taken. */
  readonly tenantId: string;
  /**
   * Who signs the tokens, for customers: `https://{name}.ciamlogin.com/{tenant}/v2.0` (Entra External ID) or
   * `https://{name}.b2clogin.com/{tenant}/{policy}/v2.0` (Azure AD B2C). Issuer and keys are read from its discovery
   * document, and the issuer has to be of `tenantId`. See docs/devices.md.
   * @default - `https://login.microsoftonline.com/{tenantId}/v2.0`
   */
  readonly authority?: string;
  /** Audience of the tokens: the API's application id, its `api://` URI, or both. */
  readonly audience: string | string[];
  /** App role or delegated scope that a caller needs. @default 'Devices.Register' */
  readonly role?: string;
  /** App role of a back end that may act for every identity. @default 'Devices.Register.All' */
  readonly allRole?: string;
  /**
   * Claim with the ACS identities (raw ids) that a caller may act for.
   * @default - its own: `8:orgid:{oid}`; none with an `authority` for customers
   */
  readonly identityClaim?: string;
  /** Requests that one caller may make in a minute, on each instance. @default 60 */
  readonly requestsPerMinute?: number;
  /** Requests that may come from one address in a minute, on each instance. @default 600 */
  readonly requestsPerMinutePerAddress?: number;
  /** Requests without a valid token after which an address is held off, in a minute, on each instance. @default 20 */
  readonly failuresPerMinutePerAddress?: number;
  /** Proxies of your own before the Function App (Front Door, Application Gateway), 0 to 9. @default 0 */
  readonly proxies?: number;
  /** Devices that one user may have, 1 to 500; one more ends the one that was not renewed for the longest. @default 20 */
  readonly maxDevicesPerUser?: number;
  /** Days after which a device that was not registered again is removed, 0 to 9999; 0 for never. @default 60 */
  readonly deviceLifetimeDays?: number;
  /**
   * Origins of web pages that may call it: `https://{host}[:{port}]`, and `http://localhost[:{port}]` for development.
   * @default - none: browsers keep its answers from every page
   */
  readonly allowedOrigins?: string[];
  /** Instances that run also when no request comes: see docs/relay.md for what they cost. @default 0 */
  readonly alwaysReady?: number;
  /**
   * Runs in a Function App of its own, so that requests take nothing that rings need: see docs/relay.md. Without, its
   * address is the relay's, and so are the instances.
   * @default true
   */
  readonly separateApp?: boolean;
}

const DEVICES_API = {
  identity: IDENTITY,
  storage: STORAGE_ACCOUNT,
  servicePlanId: text('the ARM id of a plan'),
  authority: text('the address of who signs the tokens'),
  allowedOrigins: list("a list of origins such as 'https://app.example.com'"),
} as const satisfies Kinds<keyof DevicesApi>;

/** Without what is of another kind, which is noted. */
export function soundDevicesApi(scope: Construct, api: DevicesApi | undefined): DevicesApi | undefined {
  if (api === undefined) return undefined;
  if (isOptions(api)) return soundKinds(scope, api, DEVICES_API, 'devicesApi.');
  mistake(scope, `devicesApi takes tenantId and audience at least, got ${shown(api)}`);
  return undefined;
}

/** Notes what Azure, or a browser, would not take. */
export function checkDevicesApi(scope: Construct, api: DevicesApi): void {
  checkTokens(scope, api);
  checkAuthority(scope, api);
  for (const limit of [
    'requestsPerMinute',
    'requestsPerMinutePerAddress',
    'failuresPerMinutePerAddress',
  ] as const) {
    checkWholeNumber(scope, `devicesApi.${limit}`, api[limit], 1, 999_999);
  }
  checkWholeNumber(scope, 'devicesApi.proxies', api.proxies, 0, 9);
  checkWholeNumber(scope, 'devicesApi.maxDevicesPerUser', api.maxDevicesPerUser, 1, 500);
  checkWholeNumber(scope, 'devicesApi.deviceLifetimeDays', api.deviceLifetimeDays, 0, 9999);
  checkBoolean(scope, 'devicesApi.separateApp', api.separateApp);
  const { allowedOrigins = [] } = api;
  for (const origin of Token.isUnresolved(allowedOrigins) ? [] : [allowedOrigins].flat()) {
    const problem = Token.isUnresolved(origin) ? undefined : originProblem(String(origin));
    if (problem) mistake(scope, `devicesApi.allowedOrigins ${problem}`);
  }
  const scaled = [...SCALE_FIELDS, ...FUNCTION_APP_PARTS].find((field) => api[field] !== undefined);
  if (api.separateApp === false && scaled) {
    mistake(
      scope,
      `devicesApi.${scaled} is of an app of its own, and separateApp is false: leave it out, or give the relay's ${scaled}`,
    );
  }
  checkParts(scope, api, 'devicesApi.');
  checkScale(scope, api, 'devicesApi.');
  checkAlwaysReady(scope, 'devicesApi.alwaysReady', api.alwaysReady);
}

function checkAuthority(scope: Construct, { authority, identityClaim }: DevicesApi): void {
  if (authority === undefined) return;
  if (!Token.isUnresolved(authority) && !API_AUTHORITY.pattern.test(authority)) {
    mistake(
      scope,
      `devicesApi.authority takes ${API_AUTHORITY.takes}, for example '${API_AUTHORITY.example}'; got ${shown(authority)}`,
    );
  }
  if (!Token.isUnresolved(authority) && !WORKFORCE.test(authority) && identityClaim === undefined) {
    warn(
      scope,
      'nobody-registers-devices',
      'devicesApi.authority is for customers, whom ACS knows by ids of its own: without identityClaim they may act for nobody, and only back ends register devices; name the claim that has their ACS identity',
    );
  }
}

/** What tokens are held against: an empty text would be compared with, and match nothing or anything. */
function checkTokens(scope: Construct, api: DevicesApi): void {
  const { tenantId, audience, role, allRole, identityClaim } = api;
  if (!Token.isUnresolved(tenantId) && !GUID.test(tenantId ?? '')) {
    mistake(scope, `devicesApi.tenantId takes the id of a tenant (a GUID), got ${shown(tenantId)}`);
  }
  const audiences = Token.isUnresolved(audience) ? [] : [audience].flat();
  if (!Token.isUnresolved(audience) && audiences.length === 0) {
    mistake(
      scope,
      'devicesApi.audience takes the application id of the API or its api:// URI, got an empty list',
    );
  }
  for (const one of audiences) {
    if (Token.isUnresolved(one) || (typeof one === 'string' && /^[^\s,]+$/.test(one))) continue;
    mistake(
      scope,
      `devicesApi.audience takes the application id of the API or its api:// URI, got ${shown(one)}`,
    );
  }
  checkText(scope, 'devicesApi.role', role, 'Devices.Register');
  checkText(scope, 'devicesApi.allRole', allRole, 'Devices.Register.All');
  checkText(scope, 'devicesApi.identityClaim', identityClaim, 'extension_acsId');
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
    [RELAY_SETTINGS.apiAuthority]: api.authority,
    [RELAY_SETTINGS.apiAudience]: [api.audience].flat().join(','),
    [RELAY_SETTINGS.apiRole]: api.role,
    [RELAY_SETTINGS.apiAllRole]: api.allRole,
    [RELAY_SETTINGS.apiIdentityClaim]: api.identityClaim,
    [RELAY_SETTINGS.apiRequestsPerMinute]: api.requestsPerMinute?.toString(),
    [RELAY_SETTINGS.apiRequestsPerMinutePerAddress]: api.requestsPerMinutePerAddress?.toString(),
    [RELAY_SETTINGS.apiFailuresPerMinutePerAddress]: api.failuresPerMinutePerAddress?.toString(),
    [RELAY_SETTINGS.apiProxies]: api.proxies?.toString(),
    [RELAY_SETTINGS.maxDevicesPerUser]: api.maxDevicesPerUser?.toString(),
    [RELAY_SETTINGS.deviceLifetimeDays]: api.deviceLifetimeDays?.toString(),
  };
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
