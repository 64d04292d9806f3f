import { types } from 'node:util';

/**
 * Cdktf takes a stack trace, as deep as it goes, for each token that it makes. Jest maps every frame of it back to the
 * sources; that is for errors, which people read.
 */
const mapped = Error.prepareStackTrace!;

Error.prepareStackTrace = (error, frames) =>
  types.isNativeError(error) ? mapped(error, frames) : frames.map((frame) => `\n    at ${frame}`).join('');
