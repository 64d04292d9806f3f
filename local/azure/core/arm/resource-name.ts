import { ArmError } from '../http';

/** What names the resources of a type may have. */
export interface ResourceNameRule {
  readonly pattern: RegExp;
  /** In words: `3 to 24 lower-case letters and digits`. */
  readonly expected: string;
  /** @default 'InvalidResourceName' */
  readonly code?: string;
}

/** What no name has, whatever its type: `.` and `..` would be other paths. */
const ANY: ResourceNameRule = {
  pattern: /^(?!\.{1,2}$)[^<>%&\\?/#\u0000-\u001f]{1,260}$/,
  expected: '1 to 260 characters, none of <>%&\\?/#, and neither . nor ..',
};

/** GUIDs name role assignments, role definitions and workbooks. */
export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Services of a storage account, and others of which there is one. */
export const DEFAULT_NAME: ResourceNameRule = { pattern: /^default$/i, expected: "'default'" };

/** @throws ArmError 400 */
export function requireResourceName(type: string, name: string, rule: ResourceNameRule = ANY): void {
  if (ANY.pattern.test(name) && rule.pattern.test(name)) return;
  const { expected, code = 'InvalidResourceName' } = ANY.pattern.test(name) ? rule : ANY;
  throw new ArmError(
    400,
    code,
    `The name '${name}' of a resource of type '${type}' is invalid. Expected: ${expected}.`,
  );
}
