import type { AzureEnvironment } from '../credentials';
import type { CtyObject } from '../cty';
import { ProviderError } from '../provider';
import type { AzurermVersion } from './version';

/** The sets of resource providers that azurerm registers by itself; `legacy` is the default of 4.x, `none` of 5.x. */
const SETS = ['core', 'extended', 'all', 'none', 'legacy'];

/** What Go's strconv.ParseBool takes for true: azurerm reads its variables with it. */
const TRUE = /^(1|t|true)$/i;

/**
 * Which resource providers are to be registered can be said in two ways in azurerm 4, which refuses both at once, whether
 * they stand in the provider block or in the environment; 5.0 has one of them.
 */
export function checkRegistration(
  config: CtyObject,
  environment: AzureEnvironment,
  version: AzurermVersion,
): void {
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
  if (!SETS.includes(String(set))) {
    throw new ProviderError(
      'Invalid provider property',
      `provider property \`resource_provider_registrations\` takes one of ${SETS.join(', ')}; got '${String(set)}'`,
    );
  }
}
