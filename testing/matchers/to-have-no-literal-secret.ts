import type { Attributes } from '../attributes';
import { listed, synthesized, type MatcherResult } from './received';

/** What a secret looks like, wherever it stands. Expressions of Terraform that make one of a variable match none. */
const LOOKS: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\s|\\n)*[A-Za-z0-9+/]{32}/, 'a private key (PEM)'],
  [/(?<![A-Za-z0-9+/])MI[GIHE][A-Za-z0-9+/]{80,}/, 'a private key or certificate (DER in base64)'],
  [/\b(?:SharedAccessKey|AccountKey)\s*=\s*[A-Za-z0-9+/]{20,}/i, 'the key of a connection string'],
  [/(?:[?&;\s]|^)sig=[A-Za-z0-9%+/]{20,}/i, 'a shared access signature'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/, 'a JSON Web Token'],
  [/\bAAAA[\w-]{7}:[\w-]{100,}/, 'a legacy FCM server key'],
  [/\bAIza[\w-]{35}\b/, 'a Google API key'],
];

/** Attributes whose value is a secret by its name: those of hub credentials, of keys and of providers. */
const SECRET_NAMES =
  /^(token|privateKey|vapidPrivateKey|googleApiKey|apnsCertificate|certificateKey|(primary|secondary)(Key|ConnectionString)|connectionString|(client|shared)_?secret|access_key|(primary|secondary)_(access_)?key|sas_token|password|oidc_token)$/i;

export function toHaveNoLiteralSecret(received: unknown): MatcherResult {
  const found = literalSecrets(synthesized('toHaveNoLiteralSecret', received).json);
  return {
    pass: found.length === 0,
    message: () =>
      found.length === 0
        ? 'expected a literal secret in the synthesized JSON, got none'
        : `expected no literal secret in the synthesized JSON, got${listed(found)}\n` +
          'take it from a variable (SecretValue.fromVariable) or a vault (SecretValue.fromKeyVault)',
  };
}

/** Where they are and what they look like; never what they are. */
function literalSecrets(json: Attributes): string[] {
  const found: string[] = [];
  walk(json, [], (value, path) => {
    const look = LOOKS.find(([pattern]) => pattern.test(value));
    const problem = look?.[1] ?? problemOfPlace(value, path);
    if (problem) found.push(`${path.join('.')}: ${problem}`);
  });
  for (const [name, variable] of Object.entries((json.variable ?? {}) as Record<string, Attributes>)) {
    const { default: value } = variable;
    if ((variable.sensitive || variable.ephemeral) && value !== undefined && value !== null) {
      found.push(`variable.${name}.default: the default of a secret variable`);
    }
  }
  return found;
}

function problemOfPlace(value: string, path: readonly string[]): string | undefined {
  // An expression, whatever it is made of, takes it from elsewhere.
  if (value === '' || value.includes('${')) return undefined;
  // What azapi is told to read of an answer, and where it is put.
  if (path.includes('response_export_values')) return undefined;
  if (path.includes('sensitive_body')) return 'a literal where secrets go';
  if (SECRET_NAMES.test(path.at(-1)!)) return 'a literal where a secret goes';
  return undefined;
}

function walk(
  value: unknown,
  path: readonly string[],
  take: (text: string, path: readonly string[]) => void,
): void {
  if (typeof value === 'string') take(value, path);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) walk(each, [...path, name], take);
  }
}
