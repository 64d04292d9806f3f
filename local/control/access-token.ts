import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Opens what changes something over HTTP: 256 random bits, made at each start and kept nowhere. */
export class AccessToken {
  readonly text = randomBytes(32).toString('base64url');
  private readonly digest = digestOf(this.text);

  /** Whether an `Authorization` header carries it; how long that takes tells nothing of it. */
  opens(authorization: string | undefined): boolean {
    const sent = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(digestOf(sent), this.digest);
  }
}

/** Where whoever has no token finds it. */
export const WHERE_THE_TOKEN_IS =
  'acs-push-local prints it, --json as endpoints.controlToken, --env as ACS_PUSH_LOCAL_TOKEN';

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
