/**
 * What signs in, as the clients of the Azure SDKs take and give it: a credential of `@azure/identity` is one, and one of
 * these is taken by those clients. Written down here so that the library's types need no package of the SDKs.
 *
 * Follows https://learn.microsoft.com/javascript/api/@azure/core-auth/tokencredential
 */
export interface TokenCredential {
  /**
   * A token for the given scopes, or null when there is none to be had in this way.
   * @param scopes such as `https://management.azure.com/.default`
   */
  getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken | null>;
}

/** A token of Microsoft Entra ID. */
export interface AccessToken {
  /** What goes into the header `Authorization`. */
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresOnTimestamp: number;
  /** From when on another one should be asked for: milliseconds since the epoch. */
  readonly refreshAfterTimestamp?: number;
  /** How the token is presented. @default 'Bearer' */
  readonly tokenType?: 'Bearer' | 'pop';
}

/** How a token is asked for. */
export interface GetTokenOptions {
  /** Ends the sign-in. @default - it ends by itself */
  readonly abortSignal?: AbortSignal;
  /** Tenant to sign in to, where it is another one than the credential's. @default - the credential's */
  readonly tenantId?: string;
  /** Claims that a resource challenged for, as JSON. @default - none */
  readonly claims?: string;
}
