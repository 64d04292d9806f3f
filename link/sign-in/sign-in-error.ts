import { AzureError, fromStatus, retryAfterOf } from '../azure-error';
import type { LastRequest } from './last-request';
import { AZURE_CLI_WITHIN_MS } from './ways';

/** What Microsoft Entra means, and what to do. Source: learn.microsoft.com/entra/identity-platform/reference-error-codes. */
const REMEDIES: Readonly<Record<string, string>> = {
  AADSTS7000215: "give the secret's value, not its id",
  AADSTS7000222: 'the secret has expired: make a new one',
  AADSTS700016: 'the client id is of no application in this tenant',
  AADSTS700027: 'add the certificate to the application',
  AADSTS700024: 'the token is too old, or the clock of this machine is off: get a new token',
  AADSTS70021: 'let a federated credential of the application name what the token says',
  AADSTS700211: 'let a federated credential of the application name the issuer of the token',
  AADSTS700212: 'let the token be made for api://AzureADTokenExchange',
  AADSTS700213: 'let a federated credential of the application name the subject of the token',
  AADSTS90002: 'look at ARM_TENANT_ID',
};

/** A way that is not there at all, so that another may be tried: `az` not installed, nobody logged in. */
export class WayUnavailable extends Error {}

/**
 * What kept a token from coming, in the terms of the engine.
 * @param last what the watch saw of the requests
 * @param elapsed milliseconds since the token was asked for
 */
export function signInError(error: unknown, way: string, last?: LastRequest, elapsed = 0): Error {
  const { name, message } = error as Error;
  const what = `sign in by ${way}`;
  if (error instanceof AzureError) return error;
  if (last && 'unreachable' in last) return unreachable(what, last.host, last.unreachable);
  // What keeps `az`, or a credential of a caller's own, from answering is known only from what it says.
  const network = NETWORK.exec(message);
  if (network && last === undefined) return unreachable(what, hostIn(message), network[0]);
  // What a container or a proxy answers in place of instance metadata that is not there.
  if (last && message.includes('Network unreachable')) return unreachable(what, last.host, `${last.status}`);
  if (last && (last.status >= 500 || last.status === 429)) {
    const retryAfter = retryAfterOf(last.retryAfter, Date.now());
    return fromStatus(last.status, what, undefined, `from ${last.host}`, retryAfter);
  }
  if (way === 'Azure CLI' && elapsed >= AZURE_CLI_WITHIN_MS) {
    return new AzureError('network', `cannot ${what}: az gave no answer within ${elapsed / 1000} s`);
  }
  const refused = /AADSTS\d+/.exec(message)?.[0];
  if (name === 'CredentialUnavailableError' && refused === undefined && last === undefined) {
    return new WayUnavailable(firstSentence(message));
  }
  return refusedBy(what, message, refused, last);
}

/** The system's codes, and Python's words for a connection that is refused, lost, or cut off in the middle of an answer. */
const NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|Max retries exceeded|Connection aborted|Connection broken|IncompleteRead|RemoteDisconnected|Connection reset by peer|timed out/;

/** `az` is written in Python, the SDKs in JavaScript; each has its own words for where it wanted to. */
function hostIn(message: string): string {
  const python = /ConnectionPool\(host='([^']+)'|Connection to (\S+) timed out/.exec(message);
  const node = /(?:getaddrinfo|connect) [A-Z_]+ ([\w.:-]+)/.exec(message);
  return python?.[1] ?? python?.[2] ?? node?.[1] ?? 'the sign-in';
}

function unreachable(what: string, host: string, reason: string): AzureError {
  return new AzureError('network', `cannot ${what}: ${host} cannot be reached (${reason})`, { code: reason });
}

function refusedBy(
  what: string,
  message: string,
  code: string | undefined,
  last: LastRequest | undefined,
): Error {
  const told = code ? message.slice(message.indexOf(code)) : message;
  const remedy = code === undefined ? undefined : REMEDIES[code];
  // Without a code of Entra it was somebody else who refused: an OIDC endpoint, a machine's metadata, a proxy.
  const by = code === undefined && last && 'status' in last ? `${last.host} answered ${last.status}: ` : '';
  return new AzureError(
    'credentials',
    `cannot ${what}: ${by}${firstSentence(told)}${remedy ? `; ${remedy}` : ''}`,
    code ? { code } : {},
  );
}

/** Entra's texts go on with ids of the request, `@azure/identity`'s with addresses of pages. */
function firstSentence(text: string): string {
  const lines = text.replace(/^(Error|\w+Credential): /, '').trim();
  return (lines.split(/\r?\n|\.\s|\s+- Correlation ID| Trace ID:/)[0] ?? '').trim();
}
