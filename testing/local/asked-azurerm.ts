import { readFileSync } from 'node:fs';
import { allows, overlaps, readConstraint, versionText, type Version } from '../../link/version-constraint';
import { DEFAULT_AZURERM } from '../../local/terraform/azurerm/version';
import { AZURERM_SCHEMAS } from '../../local/terraform/schema';

/** Which versions the stand-in plays. */
const PLAYED = { from: [4, 55, 0], before: [6, 0, 0] } as const satisfies Record<string, Version>;

interface Configuration {
  readonly terraform?: {
    readonly required_providers?: Readonly<Record<string, { readonly version?: string } | undefined>>;
  };
}

/**
 * The version of azurerm that `terraform init` would choose for a synthesized stack: of those whose schema is kept the
 * newest that is allowed, else the oldest that is.
 *
 * @param file `cdk.tf.json`
 * @throws Error when nothing that is allowed is played
 */
export function askedAzurerm(file: string): string {
  const { terraform } = JSON.parse(readFileSync(file, 'utf8')) as Configuration;
  const constraint = terraform?.required_providers?.azurerm?.version;
  return constraint === undefined ? DEFAULT_AZURERM : chosen(constraint);
}

function chosen(constraint: string): string {
  const range = readConstraint(constraint);
  const kept = AZURERM_SCHEMAS.filter((version) =>
    allows(range, version.split('.').map(Number) as unknown as Version),
  );
  if (kept.length > 0) return kept.at(-1)!;
  if (!overlaps(range, PLAYED.from, PLAYED.before)) {
    throw new Error(
      `the stand-in azurerm provider plays 4.55 to 5.x, and the stack asks for '${constraint}': ask for another version ` +
        `(stack.addOverride('terraform.required_providers.azurerm.version', …)), or deploy with --providers real`,
    );
  }
  return allows(range, PLAYED.from) ? DEFAULT_AZURERM : versionText(range.from.version);
}
