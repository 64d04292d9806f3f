import { API_AUTHORITY, RELAY_SETTINGS } from './contract';
import { SettingsError } from './errors';
import { HUB_PLATFORMS, type HubPlatform } from './ports';

/** The parts of an authorization rule's ARM id. */
export interface HubRule {
  /** The whole id, with a leading slash. */
  readonly id: string;
  readonly namespace: string;
  readonly hub: string;
  readonly rule: string;
}

export interface RelaySettings {
  /** Lower case: ids are compared without case, as ARM does. */
  readonly sourceId: string;
  readonly hubRule: HubRule;
  readonly voipHubRule?: HubRule;
  readonly identity: IdentitySettings;
  readonly storage?: {
    readonly account: string;
    readonly deadLetterContainer: string;
    readonly tablePrefix: string;
  };
  readonly platforms: readonly HubPlatform[];
  readonly withMessageText: boolean;
  readonly androidMessages: 'data' | 'notification';
}

export interface IdentitySettings {
  readonly clientId: string;
  readonly endpoint: string;
  readonly header: string;
}

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

/** Settings of the report on the link's health. */
export interface LinkHealthSettings {
  readonly communicationServiceId: string;
  readonly hubId: string;
  readonly ruleId: string;
  /** Rules that the relay itself sends with, one of each of its hubs. */
  readonly relayRuleIds: readonly string[];
  /** ARM id of the Function App. */
  readonly resourceId: string;
  /** `westeurope` */
  readonly region: string;
}

const RULE_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.NotificationHubs\/namespaces\/([^/]+)\/notificationHubs\/([^/]+)\/authorizationRules\/([^/]+)$/i;

/** @throws SettingsError when it is no ARM id of an authorization rule */
export function readHubRule(id: string): HubRule {
  const match = RULE_ID.exec(id);
  if (match) return { id, namespace: match[1]!, hub: match[2]!, rule: match[3]! };
  throw new SettingsError(
    `expected the id of an authorization rule of a notification hub ` +
      `(/subscriptions/…/notificationHubs/{hub}/authorizationRules/{rule}), got '${id}'`,
  );
}

/** The authority of a workforce tenant. */
export function workforceAuthority(tenantId: string): string {
  return `https://login.microsoftonline.com/${tenantId}/v2.0`;
}

/** Reads settings and gathers what is wrong with them. */
class Reader {
  readonly problems: string[] = [];

  constructor(private readonly environment: NodeJS.ProcessEnv) {}

  optional(name: string): string | undefined {
    return this.environment[name]?.trim() || undefined;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) this.problems.push(`app setting ${name} is missing`);
    return value ?? '';
  }

  matching(name: string, otherwise: string, pattern: RegExp, expected: string): string {
    const value = this.optional(name) ?? otherwise;
    if (!pattern.test(value)) this.problems.push(`app setting ${name} must be ${expected}, got '${value}'`);
    return value;
  }

  rule(name: string, id: string | undefined): HubRule | undefined {
    if (!id) return undefined;
    try {
      return readHubRule(id);
    } catch (error) {
      this.problems.push(`app setting ${name}: ${(error as Error).message}`);
    }
    return undefined;
  }

  done(what: string): void {
    if (this.problems.length > 0)
      throw new SettingsError(`${what} not configured: ${this.problems.join('; ')}`);
  }
}

/**
 * Reads the relay's app settings.
 *
 * @throws SettingsError naming every setting that is missing or malformed, at once
 */
export function readSettings(environment: NodeJS.ProcessEnv): RelaySettings {
  const reader = new Reader(environment);
  const sourceId = reader.required(RELAY_SETTINGS.sourceId);
  const hubRule = reader.rule(RELAY_SETTINGS.hubRuleId, reader.required(RELAY_SETTINGS.hubRuleId));
  const voipHubRule = reader.rule(
    RELAY_SETTINGS.voipHubRuleId,
    reader.optional(RELAY_SETTINGS.voipHubRuleId),
  );
  const identity = readIdentity(reader);
  const account = reader.matching(
    RELAY_SETTINGS.storageAccount,
    '',
    /^([a-z0-9]{3,24})?$/,
    'the name of a storage account',
  );
  const deadLetterContainer = reader.matching(
    RELAY_SETTINGS.deadLetterContainer,
    'deadletter',
    /^[a-z0-9][a-z0-9-]{2,62}$/,
    'the name of a blob container',
  );
  const tablePrefix = reader.matching(
    RELAY_SETTINGS.tablePrefix,
    'relay',
    /^[A-Za-z][A-Za-z0-9]{2,40}$/,
    '3 to 41 letters and digits',
  );
  const platforms = (reader.optional(RELAY_SETTINGS.platforms) ?? 'apple,fcmv1')
    .split(',')
    .map((p) => p.trim());
  for (const platform of platforms) {
    if (!HUB_PLATFORMS.includes(platform as HubPlatform)) {
      reader.problems.push(
        `app setting ${RELAY_SETTINGS.platforms} must be some of ${HUB_PLATFORMS.join(',')}, got '${platform}'`,
      );
    }
  }
  const messageText = reader.matching(
    RELAY_SETTINGS.messageText,
    'include',
    /^(include|omit)$/,
    'include or omit',
  );
  const androidMessages = reader.matching(
    RELAY_SETTINGS.androidMessages,
    'data',
    /^(data|notification)$/,
    'data or notification',
  );
  reader.done('relay');
  return {
    sourceId: sourceId.toLowerCase(),
    hubRule: hubRule!,
    voipHubRule,
    identity,
    storage: account ? { account, deadLetterContainer, tablePrefix } : undefined,
    platforms: [...new Set(platforms)] as HubPlatform[],
    withMessageText: messageText === 'include',
    androidMessages: androidMessages as RelaySettings['androidMessages'],
  };
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

/**
 * Reads the settings of the report on the link's health.
 *
 * @returns undefined when none is asked for
 * @throws SettingsError naming every setting that is missing or malformed, at once
 */
export function readLinkHealthSettings(environment: NodeJS.ProcessEnv): LinkHealthSettings | undefined {
  const reader = new Reader(environment);
  const hubId = reader.optional(RELAY_SETTINGS.linkHubId);
  if (hubId === undefined) return undefined;
  const ruleId = reader.required(RELAY_SETTINGS.linkRuleId);
  reader.rule(RELAY_SETTINGS.linkRuleId, ruleId);
  const communicationServiceId = reader.required(RELAY_SETTINGS.sourceId);
  const resourceId = reader.required(RELAY_SETTINGS.resourceId);
  const region = reader.required(RELAY_SETTINGS.region).toLowerCase().replaceAll(' ', '');
  reader.done('link health');
  const relayRuleIds = [RELAY_SETTINGS.hubRuleId, RELAY_SETTINGS.voipHubRuleId].flatMap(
    (name) => reader.optional(name) ?? [],
  );
  return { communicationServiceId, hubId, ruleId, relayRuleIds, resourceId, region };
}

function readIdentity(reader: Reader): IdentitySettings {
  return {
    clientId: reader.required(RELAY_SETTINGS.identityClientId),
    // Set by Functions itself once the app has a managed identity.
    endpoint: reader.required('IDENTITY_ENDPOINT'),
    header: reader.required('IDENTITY_HEADER'),
  };
}
