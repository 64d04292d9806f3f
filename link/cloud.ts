/**
 * The one cloud that this project knows. Hosts, audiences and regions of the public cloud are in the constructs
 * (Function Apps, blobs), in the relay (Notification Hubs, tables, metrics), in the publishing script (the scm site)
 * and in the command line (sign-in, Azure Resource Manager); Communication Services has a data location for the US
 * Government besides, whose hosts are others. So other clouds are refused wherever one can be named, and nothing is
 * deployed by halves. No imports: constructs read it at synth time.
 */

/** Names of the public cloud, as providers and backends take them. */
const PUBLIC = ['public', 'global'];

const SUPPORTED = 'only the public cloud of Azure is supported';

/** Data locations of Communication Services in other clouds. Source: azurerm's list, 4.55. */
const OTHER_DATA_LOCATIONS: Readonly<Record<string, string>> = { usgov: 'US Government' };

/** What is wrong with the name of a cloud, as the end of a sentence, or undefined; none at all is the public one. */
export function cloudProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || name.trim() === '' || name.startsWith('${')) return undefined;
  if (PUBLIC.includes(name.trim().toLowerCase())) return undefined;
  return `is '${name}', and ${SUPPORTED}: leave it out, or give 'public'`;
}

/** What is wrong with a data location that lies in another cloud, as the end of a sentence, or undefined. */
export function dataLocationProblem(dataLocation: string): string | undefined {
  const cloud = OTHER_DATA_LOCATIONS[dataLocation];
  if (cloud === undefined) return undefined;
  return `is '${dataLocation}', which is in the cloud ${cloud}, and ${SUPPORTED}: give one of the public cloud, for example 'United States'`;
}

/** Where the public cloud signs in. The one that the providers take by default, whatever AZURE_AUTHORITY_HOST says. */
export const AUTHORITY_HOST = 'https://login.microsoftonline.com';

/** Variables by which the providers go to another cloud, and what they may say for the public one. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  ARM_ENVIRONMENT: PUBLIC,
  ARM_METADATA_HOSTNAME: ['management.azure.com'],
  ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST: [AUTHORITY_HOST],
  ARM_RESOURCE_MANAGER_ENDPOINT: ['https://management.azure.com'],
};

/** What of the environment asks for another cloud, with what to do; undefined when nothing does. */
export function environmentProblem(environment: NodeJS.ProcessEnv): string | undefined {
  for (const [name, accepted] of Object.entries(VARIABLES)) {
    const value = environment[name]?.trim();
    if (!value || accepted.includes(value.toLowerCase().replace(/\/+$/, ''))) continue;
    return `${name} is '${value}', and ${SUPPORTED}; unset it, or set it to '${accepted[0]}'`;
  }
  return undefined;
}
