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

/** Trying again cannot succeed. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** App settings are missing or wrong; every function of the relay answers with this until they are set. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
