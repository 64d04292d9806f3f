import { isIPv4, isIPv6 } from 'node:net';

/** What stands for an address that is none. */
const UNKNOWN = 'unknown';

/**
 * Where a request comes from. The front end of Functions appends the address it was called from to `X-Forwarded-For`;
 * whatever stands before that the client may have made up. An IPv6 address counts as its /64, which is what one
 * household gets.
 * https://github.com/Azure/azure-functions-host/issues/11254
 *
 * @param forwardedFor the header
 * @param proxies how many proxies of one's own stand before the front end, each of which appends an address
 * @returns undefined without the header: the request did not come by way of the front end
 */
export function clientAddress(forwardedFor: string | null, proxies: number): string | undefined {
  if (forwardedFor === null) return undefined;
  const entries = forwardedFor.split(',');
  return normalised(entries[Math.max(0, entries.length - 1 - proxies)]!.trim());
}

function normalised(entry: string): string {
  // With a port: `203.0.113.7:51234`, `[2001:db8::1]:51234`.
  const address = /^\[([^\]]*)\](:\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return UNKNOWN;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  return mapped ?? networkOf(address.replace(/%.*$/, ''));
}

/** The first four groups of an IPv6 address. */
function networkOf(address: string): string {
  // In the one spelling that URLs have: no dots, no leading zeros.
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = plain.split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(tail === undefined ? 0 : missing).fill('0'), ...groups(tail)]
    .slice(0, 4)
    .join(':')
    .concat('::/64');
}
