/** Why an event became no push for good, in words that a filter can use. */
export const REFUSAL_REASONS = [
  'not-an-event',
  'another-source',
  'unknown-type',
  'unknown-version',
  'invalid-data',
  'no-recipient',
  'too-large',
  'refused-by-hub',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Trying again later can succeed. Thrown out of a function it makes Event Grid deliver the event again. */
export class TransientError extends Error {
  override readonly name = 'TransientError';

  constructor(
    message: string,
    /** How long the service asked to be left alone, in milliseconds. */
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Trying again cannot succeed: the event is kept with its reason. Messages carry no personal data. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';

  constructor(
    readonly reason: RefusalReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** App settings are missing or wrong; every function of the relay answers with this until they are set. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
