/** `retry`: ask again while the error message matches. Covers ARM's eventual consistency. */
export interface AzapiRetry {
  /** Regular expressions (RE2); one match is enough. */
  readonly errorMessageRegex: readonly string[];
  /** Seconds before the first retry. @default 10 */
  readonly intervalSeconds?: number;
  /** Seconds between retries at most. @default 180 */
  readonly maxIntervalSeconds?: number;
}

/** `timeouts`, as Terraform durations: `10m`, `90s`. */
export interface AzapiTimeouts {
  /** How long creating may take, as Go writes a duration: `30m`, `1h30m`. */
  readonly create?: string;
  /** How long reading may take, as Go writes a duration. */
  readonly read?: string;
  /** How long changing may take, as Go writes a duration. */
  readonly update?: string;
  /** How long deleting may take, as Go writes a duration. */
  readonly delete?: string;
}

/**
 * What of the answer goes into `output`, as names with the JMESPath each is read from. Nothing else of the
 * answer reaches the state. `{}` keeps nothing.
 */
export type AzapiExportValues = Readonly<Record<string, string>>;

/** The block `retry` as Terraform's JSON has it; undefined where there is none. */
export function retryToTerraform(retry: AzapiRetry | undefined) {
  return (
    retry && {
      error_message_regex: retry.errorMessageRegex,
      interval_seconds: retry.intervalSeconds,
      max_interval_seconds: retry.maxIntervalSeconds,
    }
  );
}

/** azapi puts the whole answer into state when this is left out, so it is always written: `[]` is nothing. */
export function exportValuesToTerraform(values: AzapiExportValues | undefined): unknown {
  return values && Object.keys(values).length > 0 ? values : [];
}
