import { Log, type Progress } from '../../terminal';

/** Progress as a log has it, without what says only that a step is not over yet: that depends on the machine. */
export function progressTo(write: (text: string) => void): Progress {
  return new Log((text) => {
    if (!text.startsWith('… ')) write(text);
  });
}
