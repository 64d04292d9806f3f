import { withoutControls } from './control-characters';

/** What may leave the process: nothing that commands a terminal, and no keys. */
export function printable(text: string): string {
  return redact(withoutControls(text));
}

/**
 * A value to its end: quoted, in braces, or up to what ends it. In JSON it leaves the quotes around it and what escapes
 * them; what is hidden already it leaves too.
 */
const value = (ends: string) =>
  String.raw`(?!\(hidden|\(sensitive)(?:"[^"\s,:}\]][^"]*"|'[^'\s,:}\]][^']*'|\\"(?:[^"\\]|\\[^"])+\\"|\{[^}]*\}|(?:\$\{[^}]*\}|\\[^"']|\\$|["'](?=[^\s;,:)}\]"'\\])|[^\s"'\\${ends}])+)`;

/** How names end of what opens something, in connection strings, commands, queries and environments. */
const NAME =
  '(?:password|passwd|passphrase|pwd|secret(?:value)?|(?:access|account|shared|api|functions|subscription|sas|private)[_-]?key|(?:access|auth|sas|refresh|id|client|api)[_-]?token)';
const NAMED = String.raw`(?<![A-Za-z\d])[\w-]{0,64}${NAME}`;

/** What is before a secret, and what ends it. */
const BEFORE: readonly (readonly [string, string])[] = [
  [String.raw`(?:[?&;\s=]|^)sig=`, '&#;'],
  [String.raw`(?:[?&]|&amp;)(?:code|key|token|[\w-]{0,64}${NAME})=`, '&#;'],
  [String.raw`${NAMED}[ \t]*=[ \t]*`, ';'],
  [String.raw`\s--?(?:[\w-]{0,64}-)?(?:${NAME}|token|connection-string)[ \t]+`, ';'],
  [String.raw`(?<![A-Za-z\d])(?:password|passphrase|[\w-]{1,64}-(?:key|token|secret)):[ \t]*`, ';,'],
  [String.raw`\bcurl(?=[ \t])[^\n]{0,400}?[ \t](?:-u|--user)[ =]["']?[^\s:"']+:`, ';'],
];
const SECRETS = BEFORE.map(([before, ends]) => new RegExp(`(${before})${value(ends)}`, 'gi'));

/**
 * The last line of defence: nothing that looks like a key leaves the process, whatever it got into. What is printed
 * is made without secrets in the first place. A text is to be whole: of one that was cut, nobody knows what it was.
 */
export function redact(text: string): string {
  return SECRETS.reduce((rest, secret) => rest.replace(secret, '$1(hidden)'), withoutKeys(text));
}

function withoutKeys(text: string): string {
  return (
    text
      .replace(
        /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
        '(hidden key)',
      )
      // The same in base64.
      .replace(/LS0tLS1CRUdJTi[\w+/=-]*/g, '(hidden key)')
      .replace(/(:\/\/[^\s/?#"'@:]*:)(?!\(hidden)[^\s/"'\\]+(?=@)/g, '$1(hidden)')
      .replace(/(:\/\/)(?!\(hidden)[^\s/?#"'@:\\]{16,}(?=@)/g, '$1(hidden)')
      .replace(/\b(Bearer|SharedAccessSignature)\s+(?!\(hidden)[^\s"'\\]+/gi, '$1 (hidden)')
      .replace(/(\b(?:proxy-)?authorization:\s*)(?!\(hidden)[^"'\\\r\n]+/gi, '$1(hidden)')
      .replace(/\bsensitive\(\s*\\?"(?:[^"\\]|\\[^"])*\\?"/g, 'sensitive((hidden)')
      .replace(/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '(hidden token)')
      .replace(
        /("(?:primaryKey|secondaryKey|token|privateKey|googleApiKey|clientSecret|accessKey|accountKey|sharedAccessKey|apiKey|connectionString|(?:access|refresh|id)_?token|client_secret|access_key|secret_key|sas_token|password|conn_str)"\s*:\s*")(?:[^"\\]|\\.)*/gi,
        '$1(hidden)',
      )
  );
}
