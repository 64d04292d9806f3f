import type { ResourceManagementClient } from '@azure/arm-resources';
import type { ClientSecretCredential } from '@azure/identity';
import { clientOptions, startLocalAzure, type LocalAzure, type LocalAzureOptions } from '../../azure';
import { deployerCredential, resourceClient } from '../support/clients';

export const GROUP_NAME = 'rg-test';

/** Local Azure with a resource group, and what a client of the SDKs is made with. */
export interface SdkCloud {
  readonly azure: LocalAzure;
  readonly subscriptionId: string;
  readonly credential: ClientSecretCredential;
  readonly options: ReturnType<typeof sdkOptions>;
  readonly resources: ResourceManagementClient;
}

export async function startSdkCloud(options?: LocalAzureOptions): Promise<SdkCloud> {
  const azure = await startLocalAzure(options);
  const credential = deployerCredential(azure);
  const resources = resourceClient(azure, credential);
  await resources.resourceGroups.createOrUpdate(GROUP_NAME, { location: 'westeurope' });
  return {
    azure,
    subscriptionId: azure.endpoints.subscriptionId,
    credential,
    options: sdkOptions(azure),
    resources,
  };
}

/** Nothing is repeated, so that an answer of local Azure's that is wrong once is seen. */
function sdkOptions(azure: LocalAzure) {
  return { ...clientOptions(azure.endpoints), retryOptions: { maxRetries: 0 } };
}

/** All of a paged list. */
export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

export async function namesOf(pages: AsyncIterable<{ name?: string }>): Promise<(string | undefined)[]> {
  return (await all(pages)).map(({ name }) => name).sort();
}

/** What no Azure has, by the control API. */
export async function control(
  { azure }: SdkCloud,
  method: 'POST' | 'DELETE',
  path: string,
  body: unknown,
): Promise<void> {
  const answer = await azure.control(method, path, body);
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
