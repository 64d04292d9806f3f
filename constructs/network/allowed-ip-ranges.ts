import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { mistake } from '../core/mistakes';

const OCTET = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const RANGE = new RegExp(`^(${OCTET}(?:\\.${OCTET}){3})(?:/(\\d|[12]\\d|3[0-2]))?$`);
/** Of networks that nobody on the internet sees (RFC 1918, RFC 6598, RFC 3927, loopback). */
const PRIVATE =
  /^(10|127)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;
/** Storage takes no more of them. */
const MOST = 200;

/**
 * What is wrong with addresses that storage accounts and Function Apps are to let in, or undefined.
 * Source: azure-docs, storage/common/storage-network-security-limitations.md.
 */
export function ipRangeProblem(range: string): string | undefined {
  const takes = "takes public IPv4 addresses and ranges, for example '203.0.113.7' and '198.51.100.0/24'";
  const [, address = '', , , prefix] = RANGE.exec(range) ?? [];
  if (address === '') return `${takes}; got '${range}'`;
  if (PRIVATE.test(address)) {
    return `${takes}; got the private '${range}': private networks come in by private endpoints`;
  }
  if (prefix !== undefined && Number(prefix) > 30) {
    return `${takes}; got '${range}', and storage takes no range smaller than /30: give each address by itself`;
  }
  return undefined;
}

export function checkIpRanges(scope: IConstruct, prop: string, ranges: readonly string[] = []): void {
  if (Token.isUnresolved(ranges)) return;
  if (ranges.length > MOST)
    mistake(scope, `${prop} takes ${MOST} at most, got ${ranges.length}: give wider ranges`);
  for (const range of ranges) {
    const problem = Token.isUnresolved(range) ? undefined : ipRangeProblem(range);
    if (problem) mistake(scope, `${prop} ${problem}`);
  }
}

/** As access restrictions of Function Apps want them: always with a prefix. */
export function asCidr(range: string): string {
  return Token.isUnresolved(range) || range.includes('/') ? range : `${range}/32`;
}
