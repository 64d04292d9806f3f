/** An error made at synth time by input that cannot work; carries the path of the construct it belongs to. */
export class PushConstructError extends Error {
  constructor(
    message: string,
    readonly constructPath?: string,
  ) {
    super(constructPath ? `${message}\n  at construct ${constructPath}` : message);
    this.name = 'PushConstructError';
  }
}
