import { types } from 'node:util';
import { runInThisContext } from 'node:vm';

/** That of the process, on which Jest has set what maps frames back to the sources. Tests run in a context of their own. */
const outer = runInThisContext('Error') as ErrorConstructor;
const plain = (frames: readonly NodeJS.CallSite[]) => frames.map((frame) => `\n    at ${frame}`).join('');

/**
 * Cdktf takes a stack trace, as deep as it goes, for each token that it makes, on an object that is no error. Mapping
 * every frame of it takes a quarter of the time; that is for errors, which people read. Nobody reads those of agent-base
 * either, which looks in a stack for each connection whether https asks for it.
 */
Error.prepareStackTrace = (error, frames) => {
  if (!types.isNativeError(error) || frames[0]?.getFileName()?.includes('/agent-base/')) return plain(frames);
  return outer.prepareStackTrace?.(error, frames) ?? `${error}${plain(frames)}`;
};
