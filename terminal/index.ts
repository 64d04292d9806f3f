import { Log } from './log';
import type { Progress } from './progress';
import { Screen } from './screen';

export { coloursOf, type Colours } from './colours';
export { filtered } from './filtered';
export { Log, silent } from './log';
export type { Mark, Progress, Step } from './progress';
export { clockText, countdownText, durationText } from './texts';

/** Progress into one of the process's streams, as it suits what is behind it. */
export function progressInto(stream: NodeJS.WriteStream): Progress {
  return isWatched(stream) ? new Screen(stream) : new Log((text) => stream.write(text));
}

/** True where lines can be redrawn, and not in a pipeline that gives its log out as a terminal. */
function isWatched(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && !('CI' in process.env) && process.env.TERM !== 'dumb';
}
