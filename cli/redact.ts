import { withoutControls } from './control-characters';

/** What may leave the process: nothing that commands a terminal, and no keys. */
export function printable(text: string): string {
  return redact(withoutControls(text));
}

/**
 * The last line of defence: nothing that looks like a key leaves the process, whatever it got into. What is printed
 * is made without secrets in the first place.
 */
export function redact(text: string): string {
  return text
    .replace(/(SharedAccessKey\s*=\s*)[^;\s"']+/gi, '$1(hidden)')
    .replace(/((?:[?&;\s]|^)sig=)[^&\s"']+/gi, '$1(hidden)')
    .replace(
      /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
      '(hidden key)',
    )
    .replace(/\b(Bearer|SharedAccessSignature)\s+[^\s"'\\]+/gi, '$1 (hidden)')
    .replace(/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '(hidden token)')
    .replace(
      /("(?:primaryKey|secondaryKey|token|privateKey|googleApiKey|client_secret|access_key|secret_key|sas_token|password|conn_str)"\s*:\s*")[^"]*/gi,
      '$1(hidden)',
    );
}
