/** Lines of what a program printed that are shown when it fails. */
const SHOWN_LINES = 20;

/** Frames of a stack that are shown behind an error: where it was thrown. */
const SHOWN_FRAMES = 2;

const ERROR = /^\s*(uncaught\s+)?([A-Za-z_.]*(Error|Exception))(\s*\[[^\]]*\])?:\s|\berror TS\d+:/i;
const FRAME = /^\s+at\s/;

/** What of that a program printed tells why it failed: from its error on, else the last of it. */
export function printedProblem(out: string, err: string): string {
  const lines = `${err}\n${out}`
    .replace(/\u001b\[[0-9;]*m/g, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const from = lines.findIndex((line) => ERROR.test(line));
  if (from < 0) return lines.slice(-SHOWN_LINES).join('\n');
  let frames = 0;
  return lines
    .slice(from)
    .filter((line) => !FRAME.test(line) || ++frames <= SHOWN_FRAMES)
    .slice(0, SHOWN_LINES)
    .join('\n');
}
