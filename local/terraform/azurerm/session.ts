import type { AzureClient } from '../azure-client';
import type { CtyObject } from '../cty';
import type { AzurermVersion } from './version';

/** One configured instance of the azurerm provider. */
export interface AzurermSession {
  readonly client: AzureClient;
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly version: AzurermVersion;
  /** Storage data planes are asked with a token instead of the account's key. */
  readonly storageUseAzuread: boolean;
  /** `features.persist_id_on_create_before_polling_for_completion`, from 4.75 on. */
  readonly keepsAcceptedCreates: boolean;
  /** `features.skip_import_check_on_create_and_allow_overwriting_existing_resources`, from 4.75 on. */
  readonly overwritesExisting: boolean;
  /** The nested blocks of `features`, by name. */
  readonly features: Readonly<Record<string, CtyObject | undefined>>;
}
