import { AccessError, type Access, type Caller } from './access';
import { clientAddress } from './client-address';
import { refuseLarge } from './json-body';
import { Problem } from './problem';
import type { RateLimit } from './rate-limit';

/** Largest body, in bytes: a browser's subscription is well below a kilobyte. */
export const MAX_BODY = 16 * 1024;

export interface GatePorts {
  readonly access: Access;
  /** Requests of one caller. */
  readonly callers: RateLimit;
  /** Requests from one address, whoever makes them: many phones of one carrier share one. */
  readonly addresses: RateLimit;
  /** Requests from one address that turned out to have no valid token. */
  readonly failures: RateLimit;
  /** Proxies of one's own before the front end of Functions. */
  readonly proxies: number;
}

/** Lets requests in, what is cheap to find out first: nobody makes the relay check signatures as fast as it can. */
export class Gate {
  constructor(private readonly ports: GatePorts) {}

  /**
   * @param header reads a header of the request
   * @param maxBytes largest body
   * @throws Problem 429 too often, 413 too large
   * @throws AccessError, TransientError as {@link Access.check}
   */
  async admit(header: (name: string) => string | null, maxBytes = MAX_BODY): Promise<Caller> {
    const { access, callers, addresses, failures, proxies } = this.ports;
    const address = clientAddress(header('x-forwarded-for'), proxies);
    if (address !== undefined) {
      hold(addresses.take(address), 'too many requests from this address');
      hold(failures.wait(address), 'too many requests without a valid token from this address');
    }
    refuseLarge(header, maxBytes);
    try {
      const caller = await access.check(header('authorization'));
      hold(callers.take(caller.id), 'too many requests');
      return caller;
    } catch (error) {
      // A phone whose token has just expired is no attack on its neighbours' address.
      if (address !== undefined && error instanceof AccessError && !error.wasValid) failures.take(address);
      throw error;
    }
  }
}

function hold(seconds: number, why: string): void {
  if (seconds > 0) throw new Problem(429, why, undefined, seconds);
}
