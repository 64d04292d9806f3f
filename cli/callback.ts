import { isIP } from 'node:net';
import { BadInput } from './bad-input';

/** Hosts that no service outside this machine's own network reaches. */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|lan|home\.arpa)$/i;
const PRIVATE_ADDRESS = /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\./;

/**
 * An address that Call Automation can send the events of a call to, and at which nobody takes them for others.
 * Source: azure-docs, communication-services/how-tos/call-automation/secure-webhook-endpoint.
 * @throws BadInput
 */
export function readCallback(text: string): string {
  const refuse = (problem: string) =>
    new BadInput(`--callback ${problem}; expected a public https address, such as https://example.com/calls`);
  if (!URL.canParse(text)) throw refuse(`is no address: got '${text}'`);
  const url = new URL(text);
  if (url.protocol !== 'https:') throw refuse(`has to be https: got '${url.protocol}//'`);
  if (url.username !== '' || url.password !== '') throw refuse('carries a name or password');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isPrivate =
    isIP(host) === 0
      ? PRIVATE_NAME.test(host) || !host.includes('.')
      : PRIVATE_ADDRESS.test(host) || /^(::|f[cde])/i.test(host);
  if (isPrivate) throw refuse(`is not public: '${host}'`);
  // The events of a call look like those of Event Grid, and are others.
  if (/^\/(runtime\/webhooks|admin)\//i.test(url.pathname)) {
    throw refuse(`is where a Function App takes other events: '${url.pathname}'`);
  }
  return text;
}
