import { isGuid } from '../link/guid';
import {
  COMMUNICATION_SERVICE_TYPE,
  HUB_RULE_TYPE,
  NOTIFICATION_HUB_TYPE,
  parseResourceId,
  ResourceIdError,
  SITE_TYPE,
} from '../link/resource-id';
import type { StackOutput } from '../link/stack-outputs';
import { BadInput } from './bad-input';

/**
 * What names a resource, a host or an audience decides where an access token goes, so it is checked before anything
 * signs in: what an option gives and what a state gives, by the same functions. `source` is what gave it, as the subject
 * of a sentence: `--hub`, `the output 'calling_hub_id' of the stack 'prod'`.
 */
type Check = (source: string, value: string) => string;

/** @throws BadInput when it is no id of that type */
export function checkedId(source: string, id: string, type: string): string {
  try {
    parseResourceId(id, type);
    return id;
  } catch (error) {
    if (error instanceof ResourceIdError) throw new BadInput(`${source}: ${error.message}`);
    throw error;
  }
}

/** The name of a storage account. @throws BadInput */
export function checkedStorageAccount(source: string, name: string): string {
  if (STORAGE_ACCOUNT.test(name)) return name;
  throw new BadInput(`${source} takes the name of a storage account, such as stcontosox7k2p9, got '${name}'`);
}

/** The name of a container of blobs. @throws BadInput */
export function checkedContainer(source: string, name: string): string {
  if (/^[a-z0-9-]{3,63}$/.test(name)) return name;
  throw new BadInput(`${source} takes the name of a container, such as deadletter, got '${name}'`);
}

/** The address of a devices API, without a slash at its end. @throws BadInput when it is no https address */
export function checkedApiUrl(source: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  if (plain && url.protocol === 'https:') return url.href.replace(/\/+$/, '');
  throw new BadInput(`${source} takes the address of the API, such as https://{host}/api, got '${text}'`);
}

/**
 * What the access token for a devices API is for: nothing that opens Azure itself.
 * @throws BadInput when it is no application id nor `api://` URI, or is that of a service of Microsoft's
 */
export function checkedAudience(source: string, audience: string): string {
  const [, id] = /^(?:api:\/\/)?([0-9a-f-]{36})(?:\/|$)/i.exec(audience) ?? [];
  const shaped = isGuid(audience) || /^api:\/\/[^\s/?#]+(\/[^\s?#]*)?$/i.test(audience);
  if (shaped && !(id !== undefined && MICROSOFT_SERVICES.test(id))) return audience;
  throw new BadInput(
    `${source} takes the application id of the devices API, or its api:// URI, got '${audience}'`,
  );
}

/** Of a stack the library deploys its API on the host of a Function App. @throws BadInput */
function checkedStackApiUrl(source: string, text: string): string {
  const url = checkedApiUrl(source, text);
  checkedFunctionHost(source, new URL(url).host);
  return url;
}

/** @throws BadInput when it is no host of a Function App */
function checkedFunctionHost(source: string, host: string): string {
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.azurewebsites\.net$/i.test(host)) return host;
  throw new BadInput(
    `${source} takes a host of a Function App, such as func-app.azurewebsites.net, got '${host}'`,
  );
}

/**
 * The address of a blob, without a signature.
 * @throws BadInput when it is on another host than those of Azure Storage
 */
export function checkedBlobUrl(source: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const known = url?.protocol === 'https:' && BLOB_HOST.test(url.host) && !url.username && !url.password;
  if (known && /^\/[^/]+\/./.test(url.pathname) && url.search === '') return text;
  throw new BadInput(
    `${source} takes https://{account}.blob.core.windows.net/{container}/{key} without a signature; got '${text.split('?')[0]}'`,
  );
}

/** A value of a stack's output, as commands may use it. @throws BadInput when it cannot be one */
export function checkedOutput(output: StackOutput, source: string, value: string): string {
  return OUTPUT_CHECKS[output]?.(source, value) ?? value;
}

const STORAGE_ACCOUNT = /^[a-z0-9]{3,24}$/;

/** Also of accounts with a DNS zone. https://learn.microsoft.com/azure/storage/common/storage-account-overview */
const BLOB_HOST = /^[a-z0-9]{3,24}(\.blob\.core\.windows\.net|\.z\d{1,3}\.blob\.storage\.azure\.net)$/;

/** Application ids of Azure Resource Manager, Azure Storage, Key Vault and Microsoft Graph. */
const MICROSOFT_SERVICES =
  /^(797f4846-ba00-4fd7-ba43-dac1f8f63013|e406a681-f3d4-42a8-90b6-c2b029497af1|cfa8b339-82a2-471a-a3c9-0fc0be7a4093|[0-9a-f]{8}-0000-0000-c000-000000000000)$/i;

const idOf =
  (type: string): Check =>
  (source, id) =>
    checkedId(source, id, type);

const OUTPUT_CHECKS: Readonly<Partial<Record<StackOutput, Check>>> = {
  communicationServiceId: idOf(COMMUNICATION_SERVICE_TYPE),
  callingHubId: idOf(NOTIFICATION_HUB_TYPE),
  callingPolicyId: idOf(HUB_RULE_TYPE),
  relayHubId: idOf(NOTIFICATION_HUB_TYPE),
  relayPolicyId: idOf(HUB_RULE_TYPE),
  voipHubId: idOf(NOTIFICATION_HUB_TYPE),
  voipPolicyId: idOf(HUB_RULE_TYPE),
  relayDevicesPolicyId: idOf(HUB_RULE_TYPE),
  voipDevicesPolicyId: idOf(HUB_RULE_TYPE),
  relayStorageAccount: checkedStorageAccount,
  eventGridStorageAccount: checkedStorageAccount,
  relayDeadLetterContainer: checkedContainer,
  functionAppId: idOf(SITE_TYPE),
  functionAppHost: checkedFunctionHost,
  devicesAppId: idOf(SITE_TYPE),
  devicesApiUrl: checkedStackApiUrl,
  devicesApiAudience: checkedAudience,
};
