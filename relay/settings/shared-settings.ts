import { RELAY_PARTS, RELAY_SETTINGS, type RelayPart } from '../contract';
import { HUB_PLATFORMS, type HubPlatform } from '../ports';
import { Reader } from './reader';

/** What both parts of the relay are told. */
export interface SharedSettings {
  readonly identity: IdentitySettings;
  readonly storage?: {
    readonly account: string;
    readonly deadLetterContainer: string;
    readonly tablePrefix: string;
  };
  readonly platforms: readonly HubPlatform[];
}

export interface IdentitySettings {
  /** Of the user-assigned identity. */
  readonly clientId: string;
}

/**
 * The one part of the relay that the app is; undefined when it is all of them, as it is with a name that is none: what
 * reads the other settings refuses that.
 */
export function readPart(environment: NodeJS.ProcessEnv): RelayPart | undefined {
  const name = environment[RELAY_SETTINGS.part]?.trim() ?? '';
  return Object.hasOwn(RELAY_PARTS, name) ? (name as RelayPart) : undefined;
}

/**
 * Reads the app settings of a relay that registers devices and sends nothing.
 *
 * @throws SettingsError naming every setting that is missing or malformed, at once
 */
export function readSharedSettings(environment: NodeJS.ProcessEnv): SharedSettings {
  const reader = new Reader(environment);
  const shared = readShared(reader);
  reader.done('relay');
  return shared;
}

export function readShared(reader: Reader): SharedSettings {
  reader.matching(
    RELAY_SETTINGS.part,
    '',
    new RegExp(`^(${Object.keys(RELAY_PARTS).join('|')})?$`),
    `${Object.keys(RELAY_PARTS).join(' or ')}, or left out for all`,
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
  return {
    identity,
    storage: account ? { account, deadLetterContainer, tablePrefix } : undefined,
    platforms: [...new Set(platforms)] as HubPlatform[],
  };
}

export function readIdentity(reader: Reader): IdentitySettings {
  // Set by Functions itself once the app has a managed identity, and read by the identity's library.
  for (const name of ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER']) reader.required(name);
  return { clientId: reader.required(RELAY_SETTINGS.identityClientId) };
}
