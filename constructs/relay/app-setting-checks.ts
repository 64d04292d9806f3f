import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { isOptions, shown } from '../core/checks';
import { mistake } from '../core/mistakes';
import { warn } from '../core/warnings';

/** Values that are secrets, whatever their setting is called. */
const SECRET_VALUES: Readonly<Record<string, RegExp>> = {
  'the key of a storage account': /AccountKey=/i,
  'a shared access key': /SharedAccessKey=/i,
  'a shared access signature': /SharedAccessSignature|[?&]sig=/i,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY/,
  'the key of a Communication Services resource': /;\s*accesskey=/i,
  'a password in a URL': /^[a-z][a-z+.-]*:\/\/[^/\s:@]+:[^/\s@]+@/i,
};

/** Names of settings whose literal value is a secret, as far as names can be trusted. */
const SECRET_NAME =
  /(password|passwd|secret|connection_?string|(api|access|account|private|shared|signing|encryption|master|function)_?key)$/i;

/** Names that are of secrets now and then. */
const SUSPICIOUS_NAME = /(key|token|credentials?|pwd)$/i;

/** Values that open nothing. */
const HARMLESS = /^(|true|false|\d{1,6})$/i;

/** App Service puts the secret in when the app starts. */
const KEY_VAULT_REFERENCE = /^@Microsoft\.KeyVault\(.+\)$/;

const REMEDY =
  'app settings are in cdktf.out, in the plan and in state: give a Key Vault reference, @Microsoft.KeyVault(SecretUri=…)';

/** Notes app settings that are no texts, and those that hold a secret. */
export function checkAppSettings(
  scope: IConstruct,
  settings: Readonly<Record<string, string>> | undefined,
): void {
  if (settings === undefined || Token.isUnresolved(settings)) return;
  if (!isOptions(settings)) {
    mistake(scope, `appSettings takes an object of texts, got ${shown(settings)}`);
    return;
  }
  for (const [name, value] of Object.entries(settings) as [string, unknown][]) {
    if (Token.isUnresolved(value)) continue;
    if (typeof value !== 'string') mistake(scope, `appSettings.${name} takes a text, got ${shown(value)}`);
    else checkSecrecy(scope, name, value);
  }
}

function checkSecrecy(scope: IConstruct, name: string, value: string): void {
  if (HARMLESS.test(value) || KEY_VAULT_REFERENCE.test(value)) return;
  const [kind] = Object.entries(SECRET_VALUES).find(([, pattern]) => pattern.test(value)) ?? [];
  if (kind) mistake(scope, `appSettings.${name} must not hold a secret, got ${kind}; ${REMEDY}`);
  else if (SECRET_NAME.test(name)) {
    mistake(scope, `appSettings.${name} must not hold a secret, got a literal text of that name; ${REMEDY}`);
  } else if (SUSPICIOUS_NAME.test(name)) {
    warn(scope, 'secret-app-setting', `appSettings.${name} sounds like a secret; if it is one: ${REMEDY}`);
  }
}

/** Notes app settings that an app has by itself: they would be ignored. */
export function checkOwnSettings(
  scope: IConstruct,
  settings: Readonly<Record<string, string>> | undefined,
  own: Readonly<Record<string, string>>,
): void {
  if (!isOptions(settings)) return;
  for (const name of Object.keys(settings)) {
    if (!Object.hasOwn(own, name)) continue;
    mistake(scope, `appSettings.${name} is set by the relay itself and would be ignored: leave it out`);
  }
}
