import { refusal } from './settings';

/** Where the public cloud signs in. The one that the providers take by default, whatever AZURE_AUTHORITY_HOST says. */
export const AUTHORITY_HOST = 'https://login.microsoftonline.com';

/** Variables by which the providers go to another cloud, and what they may say for the public one. */
const PUBLIC: Readonly<Record<string, readonly string[]>> = {
  ARM_ENVIRONMENT: ['public', 'global'],
  ARM_METADATA_HOSTNAME: ['management.azure.com'],
  ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST: [AUTHORITY_HOST],
  ARM_RESOURCE_MANAGER_ENDPOINT: ['https://management.azure.com'],
};

/**
 * The hosts of every other part of this project are those of the public cloud.
 * @throws AzureError of kind `credentials` naming the variable that asks for another one
 */
export function refuseOtherClouds(environment: NodeJS.ProcessEnv): void {
  for (const [name, accepted] of Object.entries(PUBLIC)) {
    const value = environment[name]?.trim();
    if (!value || accepted.includes(value.toLowerCase().replace(/\/+$/, ''))) continue;
    throw refusal(
      `${name} is '${value}', and only the public cloud of Azure is supported; unset it, or set it to '${accepted[0]}'`,
    );
  }
}
