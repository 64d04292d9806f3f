import { createHmac } from 'node:crypto';

/**
 * The `Authorization` header of a request to a notification hub.
 * @param uri what is asked for, without query
 * @param expiry seconds since the epoch
 * Source: https://learn.microsoft.com/rest/api/notificationhubs/common-concepts#sas-token
 */
export function sharedAccessSignature(uri: string, keyName: string, key: string, expiry: number): string {
  const resource = encodeURIComponent(uri.toLowerCase());
  const signature = createHmac('sha256', key).update(`${resource}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${encodeURIComponent(keyName)}`;
}
