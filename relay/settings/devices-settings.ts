import { API_AUTHORITY, RELAY_SETTINGS } from '../contract';
import type { HubRule } from './hub-rule';
import { Reader } from './reader';
import { readIdentity } from './shared-settings';

/** Settings of the devices API. */
export interface DevicesSettings {
  readonly rule: HubRule;
  readonly voipRule?: HubRule;
  readonly tenantId: string;
  /** Without a slash at its end. */
  readonly authority: string;
  readonly audiences: readonly string[];
  readonly role: string;
  readonly allRole: string;
  readonly identityClaim?: string;
  readonly requestsPerMinute: number;
  readonly requestsPerMinutePerAddress: number;
  readonly failuresPerMinutePerAddress: number;
  readonly proxies: number;
  readonly maxPerUser: number;
  /** 0 for no end. */
  readonly lifetimeDays: number;
}

/** The authority of a workforce tenant. */
export function workforceAuthority(tenantId: string): string {
  return `https://login.microsoftonline.com/${tenantId}/v2.0`;
}

/**
 * Reads the settings of the devices API.
 *
 * @throws SettingsError naming every setting that is missing or malformed, at once
 */
export function readDevicesSettings(environment: NodeJS.ProcessEnv): DevicesSettings {
  const reader = new Reader(environment);
  const rule = reader.rule(RELAY_SETTINGS.devicesRuleId, reader.required(RELAY_SETTINGS.devicesRuleId));
  const voipRule = reader.rule(
    RELAY_SETTINGS.voipDevicesRuleId,
    reader.optional(RELAY_SETTINGS.voipDevicesRuleId),
  );
  // As tokens have it.
  const tenantId = reader.required(RELAY_SETTINGS.apiTenantId).toLowerCase();
  const audiences = reader
    .required(RELAY_SETTINGS.apiAudience)
    .split(',')
    .map((audience) => audience.trim())
    .filter((audience) => audience !== '');
  const authority = reader.matching(
    RELAY_SETTINGS.apiAuthority,
    '',
    new RegExp(`^$|${API_AUTHORITY.pattern.source}`, 'i'),
    API_AUTHORITY.takes,
  );
  const perMinute = (name: string, otherwise: string) =>
    Number(reader.matching(name, otherwise, /^[1-9]\d{0,5}$/, 'a whole number from 1'));
  const requestsPerMinute = perMinute(RELAY_SETTINGS.apiRequestsPerMinute, '60');
  const requestsPerMinutePerAddress = perMinute(RELAY_SETTINGS.apiRequestsPerMinutePerAddress, '600');
  const failuresPerMinutePerAddress = perMinute(RELAY_SETTINGS.apiFailuresPerMinutePerAddress, '20');
  const proxies = reader.matching(RELAY_SETTINGS.apiProxies, '0', /^\d$/, 'a whole number from 0 to 9');
  const maxPerUser = reader.matching(
    RELAY_SETTINGS.maxDevicesPerUser,
    '20',
    /^([1-9]\d?|[1-4]\d\d|500)$/,
    'a whole number from 1 to 500',
  );
  const lifetimeDays = reader.matching(
    RELAY_SETTINGS.deviceLifetimeDays,
    '60',
    /^(0|[1-9]\d{0,3})$/,
    'a whole number of days, 0 for no end',
  );
  readIdentity(reader);
  reader.done('devices API');
  return {
    rule: rule!,
    voipRule,
    tenantId,
    authority: authority || workforceAuthority(tenantId),
    audiences,
    role: reader.optional(RELAY_SETTINGS.apiRole) ?? 'Devices.Register',
    allRole: reader.optional(RELAY_SETTINGS.apiAllRole) ?? 'Devices.Register.All',
    identityClaim: reader.optional(RELAY_SETTINGS.apiIdentityClaim),
    requestsPerMinute,
    requestsPerMinutePerAddress,
    failuresPerMinutePerAddress,
    proxies: Number(proxies),
    maxPerUser: Number(maxPerUser),
    lifetimeDays: Number(lifetimeDays),
  };
}
