import type { LocalRequest } from '../http';
import { TokenError, type TokenClaims, type Tokens } from './tokens';

/** The claims of a request's bearer token; throws TokenError when there is none or it does not hold. */
export async function bearerClaims(
  request: LocalRequest,
  tokens: Tokens,
  audiences: readonly string[],
): Promise<TokenClaims> {
  const token = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!token) throw new TokenError('invalid', "the 'Authorization' header with a bearer token is missing");
  return tokens.verify(token, audiences);
}
