import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { LocalRequest } from '../../core/http';

const AUTHORIZATION = /^HMAC-SHA256 SignedHeaders=([\w-]+(?:;[\w-]+)*)&Signature=([A-Za-z0-9+/]+=*)$/;

/**
 * Whether a request is signed by one of the access keys: a method, path, headers and body that were changed on the way do
 * not hold. How old it is, is not looked at.
 * Source: learn.microsoft.com/rest/api/communication/authentication
 *
 * @param keys in base64
 */
export function isSignedByKey(request: LocalRequest, keys: readonly string[]): boolean {
  const { headers, body, method, path, query } = request;
  const [, names, signature] = AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (!names || !signature) return false;
  const signed = names.split(';');
  if (!['host', 'x-ms-content-sha256'].every((name) => signed.includes(name))) return false;
  if (createHash('sha256').update(body).digest('base64') !== headers['x-ms-content-sha256']) return false;
  const search = query.size > 0 ? `?${query}` : '';
  const values = signed.map((name) => String(headers[name] ?? '')).join(';');
  const text = `${method}\n${path}${search}\n${values}`;
  return keys.some((key) => {
    const expected = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest();
    const got = Buffer.from(signature, 'base64');
    return got.length === expected.length && timingSafeEqual(got, expected);
  });
}
