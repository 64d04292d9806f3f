/** What the caller gave cannot be worked with; the command ends with exit code 2. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}
