/** Exit codes of every command. */
export const EXIT = {
  /** Done, or proved. */
  ok: 0,
  /** A check failed, or the command could not do its work. */
  failed: 1,
  /** Unknown environment, malformed id or option, nobody to sign in as, or the sign-in was refused. */
  badInput: 2,
  /** Nothing is wrong, but it is not proved: the window is open, or something could not be read or reached. */
  notProved: 3,
} as const;
