/** Names of attributes whose values open something. */
const SECRET =
  /^(protected_settings|custom_data|conn_str|secure_.*|.*_wo|(.*_)?sas|.*(sensitive|passw(or)?d|passphrase|pwd|secret|(private|access|account|shared|api|instrumentation|primary|secondary|admin|master|host|function|signing|encryption|auth(orization)?)_?key|connection_?string|sas_?url|token|credentials?_json|keytab|certificate_?data|pfx_?blob).*)$/i;

/** Last words of names that only sound so: which secret it is, how long it lives, where it is, whether there is one. */
const HARMLESS = words(
  'id ids name names version type enabled disabled length ttl lifetime uri permissions size expiry',
);

/** The same of app settings, which have names for more. */
const HARMLESS_SETTING = words(
  'url endpoint host path file vault issuer audience authority tenant scope scopes algorithm mode provider thumbprint seconds minutes hours days count',
);

/** Words of app settings' names. */
const SECRET_WORD =
  /(passw|passphrase|pwd|secret|token|credential|pass$|keys?$|auth$|^authentication$|^authorization$|^(creds|sas|jwt|pat)$)/;
const HARMLESS_WORD = /^(bypass|compass|monkey|turkey|hotkeys?)$/;

/** Keys that everybody may know. */
const OPEN_KEY = /(^| )(public|partition|sort|routing|cache) keys?$/;

/** Maps whose keys are names that somebody chose. */
const SETTINGS = /^(app_?settings|settings|environment(_?variables)?|env|variables|headers)$/i;

/** What says of the value beside it that it is a secret. */
const MARKS = ['secret', 'is_secret', 'isSecret', 'sensitive', 'is_sensitive', 'encrypted', 'ephemeral'];

/** Names of values of which something else says what they are. */
const VALUE = /^(values?|default|default_?value|(.*_)?value|(.*_)?data|contents?(_base64)?)$/i;

/** Types of which the value is the secret: of a vault, of Kubernetes, a file that is not to be shown. */
const SECRET_TYPE = /secret|sensitive|vaults?[_/]certificate/i;

export function isSecretName(name: string): boolean {
  return SECRET.test(name) && !HARMLESS.has(wordsOf(name).at(-1) ?? '') && !/^token_?lifetime/i.test(name);
}

/** Whether what somebody called so is, or may be, a secret. Errs towards yes. */
export function isSecretSetting(name: string): boolean {
  const parts = wordsOf(name);
  const last = parts.at(-1) ?? '';
  if (isSecretName(name)) return true;
  if (HARMLESS.has(last) || HARMLESS_SETTING.has(last) || OPEN_KEY.test(parts.join(' '))) return false;
  return parts.some((word) => SECRET_WORD.test(word) && !HARMLESS_WORD.test(word));
}

/**
 * Whether a part of an object is, or may be, a secret: by its own name, by what the object is called or marked as.
 * @param of name of the object; of a block, its type
 */
export function isSecretPart(name: string, object: Readonly<Record<string, unknown>>, of = ''): boolean {
  if (isSecretName(name) || (SETTINGS.test(of) && isSecretSetting(name))) return true;
  if (!VALUE.test(name)) return false;
  const called = ['name', 'key', 'header_name'].map((each) => object[each]);
  return (
    SECRET_TYPE.test(of) ||
    /^secure/i.test(textOf(object['type'])) ||
    MARKS.some((mark) => !['', 'false', 'null'].includes(textOf(object[mark]))) ||
    called.some((each) => isSecretSetting(textOf(each)))
  );
}

/** What Terraform hands over and keeps nowhere. */
export function isWriteOnly(path: readonly string[]): boolean {
  return path.some((name) => name === 'sensitive_body' || name.endsWith('_wo'));
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}

/** `keyId`, `KEY_ID` and `Key1Id` are `key` and `id`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
