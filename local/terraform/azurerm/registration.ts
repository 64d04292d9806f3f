import type { AzureEnvironment } from '../credentials';
import type { CtyObject } from '../cty';
import { ProviderError } from '../provider';
import { REGISTRATION_SETS } from './resource-providers';
import type { AzurermVersion } from './version';

/** What Go's strconv.ParseBool takes for true: azurerm reads its variables with it. */
const TRUE = /^(1|t|true)$/i;

/**
 * Which resource providers are to be registered can be said in two ways in azurerm 4, which refuses both at once, whether
 * they stand in the provider block or in the environment; 5.0 has one of them.
 *
 * @returns the names of those that are to be registered
 */
export function wantedRegistrations(
  config: CtyObject,
  environment: AzureEnvironment,
  version: AzurermVersion,
): readonly string[] {
  const inFour = !version.isAtLeast(5, 0);
  const set =
    config['resource_provider_registrations'] ??
    (environment['ARM_RESOURCE_PROVIDER_REGISTRATIONS'] || (inFour ? 'legacy' : 'none'));
  const skip =
    inFour &&
    (config['skip_provider_registration'] ?? TRUE.test(environment['ARM_SKIP_PROVIDER_REGISTRATION'] ?? ''));
  if (skip === true && set !== 'legacy') {
    throw new ProviderError(
      'Conflicting provider properties',
      'provider property `skip_provider_registration` cannot be set at the same time as ' +
        '`resource_provider_registrations`: remove the first from the provider block, or unset the variable ' +
        'ARM_SKIP_PROVIDER_REGISTRATION where the stand-in providers are started',
    );
  }
  const named = Object.hasOwn(REGISTRATION_SETS, String(set)) ? REGISTRATION_SETS[String(set)] : undefined;
  if (!named) {
    throw new ProviderError(
      'Invalid provider property',
      `provider property \`resource_provider_registrations\` takes one of ${Object.keys(REGISTRATION_SETS).join(', ')}; got '${String(set)}'`,
    );
  }
  const more = (config['resource_providers_to_register'] as string[] | null | undefined) ?? [];
  return [...(skip === true ? [] : named), ...more];
}
