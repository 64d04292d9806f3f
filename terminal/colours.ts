import { WriteStream } from 'node:tty';
import { createColors } from 'picocolors';

/** Where something is written to: a terminal has a width. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type Colours = ReturnType<typeof createColors>;

/**
 * Colours for what is written there: none without a terminal, unless FORCE_COLOR asks for them, and none where NO_COLOR
 * is set or the terminal has none. Of both, FORCE_COLOR is heard, as Node has it.
 */
export function coloursOf(output: Pick<Output, 'isTTY'>): Colours {
  const asked = output.isTTY === true || Boolean(process.env.FORCE_COLOR);
  return createColors(asked && WriteStream.prototype.hasColors());
}
