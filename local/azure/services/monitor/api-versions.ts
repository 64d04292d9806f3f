import { ArmError } from '../../core/http';

/** Throws ArmError, in Azure Monitor's own words. */
export function requireVersion(version: string, known: readonly string[]): void {
  if (known.includes(version)) return;
  throw new ArmError(
    400,
    'InvalidApiVersionParameter',
    `The api-version '${version}' is invalid. The supported versions are '${known.join(',')}'.`,
  );
}
