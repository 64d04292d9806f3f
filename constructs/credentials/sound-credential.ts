import type { IConstruct } from 'constructs';
import { isOptions, shown } from '../core/checks';
import { mistake, mistakesOf, type ICheckedValue } from '../core/mistakes';
import type { ApnsTokenCredential } from './apns-token-credential';
import type { BrowserCredential } from './browser-credential';
import type { FcmV1Credential } from './fcm-v1-credential';

/** The credentials of a hub, as their caller gave them. */
export interface HubCredentials {
  readonly apns?: ApnsTokenCredential;
  readonly fcm?: FcmV1Credential;
  readonly browser?: BrowserCredential;
}

/** What the props take, by what the caller has in hand. */
const HOW = {
  apns: 'an ApnsTokenCredential',
  fcm: 'an FcmV1Credential, such as FcmV1Credential.fromServiceAccountJson(secret)',
  browser: 'a BrowserCredential',
} as const;

/** Takes the place of a credential that is none, so that the rest is looked at too. */
const NO_CREDENTIAL = {
  problems: [],
  props: {},
  endpoint: 'production',
  body: () => ({}),
  sensitiveBody: () => ({}),
};

/**
 * The credential that the caller gave for a prop. What is wrong with it is noted; one that is none at all, such as a
 * literal from plain JavaScript, is replaced.
 */
export function soundCredential<Kind extends keyof HubCredentials>(
  scope: IConstruct,
  kind: Kind,
  given: HubCredentials[Kind],
  prop: string = kind,
): HubCredentials[Kind] {
  if (given === undefined) return undefined;
  if (isCredential(given)) {
    mistakesOf(scope, given);
    return given;
  }
  mistake(scope, `${prop} takes ${HOW[kind]}, got ${shownSafely(given)}`);
  return NO_CREDENTIAL as unknown as HubCredentials[Kind];
}

function isCredential(value: unknown): value is ICheckedValue {
  return isOptions(value) && 'sensitiveBody' in value && 'problems' in value;
}

/** A text may be the secret itself. */
function shownSafely(value: unknown): string {
  return typeof value === 'string' ? 'a literal string' : shown(value);
}
