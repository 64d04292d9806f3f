/** Names of attributes whose values open something. */
const SECRET =
  /^(sensitive_body|.*_wo|.*(password|passphrase|secret|private_?key|access_?key|account_?key|shared_?key|api_?key|instrumentation_?key|(primary|secondary)_?key|connection_?string|sas_?(token|url)|token|credentials?_json|keytab|certificate_?data|pfx_?blob).*)$/i;

/** Names that only sound so: which secret it is, how long it lives, where it is, whether there is one. */
const HARMLESS =
  /^(.*(_id|_ids|Id|_name|Name|_version|_type|_enabled|_length|_ttl|_versionless_id|_uri)|token_?(type|lifetime).*)$/;

/** Whether what stands at a path is, or may be, a secret. Errs towards yes. */
export function isSecretPath(path: readonly string[]): boolean {
  return path.some((name) => isSecretName(name));
}

export function isSecretName(name: string): boolean {
  return SECRET.test(name) && !HARMLESS.test(name);
}

/** What Terraform hands over and keeps nowhere. */
export function isWriteOnly(path: readonly string[]): boolean {
  return path.some((name) => name === 'sensitive_body' || name.endsWith('_wo'));
}
