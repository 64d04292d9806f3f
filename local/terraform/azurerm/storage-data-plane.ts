import { createHmac } from 'node:crypto';
import type { AzureResponse } from '../azure-errors';
import type { Context } from './resource';

const STORAGE_VERSION = '2023-11-03';

/**
 * The properties of an account's blob or queue service, read over its data plane: with a token, or signed with the
 * account's key (SharedKey) where the provider is not told to use tokens.
 */
export async function serviceProperties(
  account: string,
  service: 'blob' | 'queue',
  key: string | undefined,
  { client, storageUseAzuread, signal }: Context,
): Promise<AzureResponse> {
  const origin = `https://${account}.${service}.core.windows.net`;
  const url = `${origin}/?comp=properties&restype=service`;
  const headers = { 'x-ms-version': STORAGE_VERSION, 'x-ms-date': new Date().toUTCString() };
  if (storageUseAzuread || key === undefined) {
    return client.send({ method: 'GET', url, headers, scope: `${origin}/.default`, signal });
  }
  // The verb and eleven standard headers, none of which is sent, then the headers and the resource asked for.
  const signed = [
    'GET',
    ...Array<string>(11).fill(''),
    `x-ms-date:${headers['x-ms-date']}`,
    `x-ms-version:${headers['x-ms-version']}`,
    `/${account}/`,
    'comp:properties',
    'restype:service',
  ].join('\n');
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(signed).digest('base64');
  return client.sendSigned({ method: 'GET', url, headers, signal }, `SharedKey ${account}:${signature}`);
}
