import { AzureError, type AzureRequest, type LostConnection } from './azure-errors';

/** When a request that failed is sent again. */
export interface RetryRules {
  /** How often a request is sent, the first time included. */
  readonly tries: number;
  repeats(request: AzureRequest, failure: AzureError | LostConnection): boolean;
  /** The wait before the try that follows `tried`, where the answer asks for none. Shorter than the real providers' ones. */
  waitMs(tried: number): number;
  /** A longer wait than this is not made: the failure is final. */
  patienceMs(): number;
}

const SHORTEST_WAIT_MS = 50;

/** Statuses that azcore repeats. */
const AZCORE_STATUSES = [408, 429, 500, 502, 503, 504];

/**
 * azurerm's requests. By go-azure-sdk, a lost connection repeats GET, HEAD and OPTIONS alone; 408, 424, 429 and 5xx but
 * 501 repeat any request, until the resource's timeout is near (given up sooner here). Secrets of a vault still go by
 * go-autorest, which repeats after a lost connection whatever the method.
 *
 * @see https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/client/client.go (`Execute`, `IsIdempotent`)
 * @see https://github.com/hashicorp/go-retryablehttp (`DefaultRetryPolicy`)
 * @see https://github.com/Azure/go-autorest/blob/main/autorest/sender.go (`DoRetryForStatusCodes`)
 */
export const AZURERM_RETRIES: RetryRules = {
  tries: 6,
  repeats({ method, url }, failure) {
    if (!(failure instanceof AzureError)) {
      return ['GET', 'HEAD', 'OPTIONS'].includes(method) || new URL(url).host.endsWith('.vault.azure.net');
    }
    const { status } = failure;
    return [408, 424, 429].includes(status) || (status >= 500 && status !== 501);
  },
  waitMs: (tried) => SHORTEST_WAIT_MS * 2 ** (tried - 1),
  patienceMs: () => Infinity,
};

/**
 * azapi's requests: azcore repeats them whatever the method, after lost connections too, three times at most.
 *
 * @see https://github.com/Azure/azure-sdk-for-go/blob/main/sdk/azcore/runtime/policy_retry.go
 */
export const AZAPI_RETRIES: RetryRules = {
  tries: 4,
  repeats: (_, failure) => !(failure instanceof AzureError) || AZCORE_STATUSES.includes(failure.status),
  waitMs: (tried) => SHORTEST_WAIT_MS * (2 ** tried - 1),
  patienceMs: () => 60_000,
};

/**
 * Asking for a token, which both providers repeat after lost connections too.
 *
 * @see https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/auth/client.go
 */
export const TOKEN_RETRIES: RetryRules = { ...AZAPI_RETRIES, tries: 6 };

/**
 * azapi's requests of a resource that has `retry`: what the patterns name is repeated until `deadline`, and the statuses
 * that are repeated anyhow. The patterns then have the last word on lost connections, which they rarely name.
 *
 * @see https://github.com/Azure/terraform-provider-azapi/blob/main/internal/clients/options.go (`NewRetryOptions`)
 */
export function namedRetries(patterns: readonly RegExp[], waitMs: number, deadline: number): RetryRules {
  return {
    tries: Infinity,
    repeats: (_, failure) =>
      (failure instanceof AzureError && AZCORE_STATUSES.includes(failure.status)) ||
      patterns.some((pattern) => pattern.test(failure.message)),
    waitMs: () => waitMs,
    patienceMs: () => deadline - Date.now(),
  };
}

/**
 * azapi's read of what it has just written: not found and forbidden are repeated beside. A connection that is lost then is
 * not, unless `retry` names it.
 *
 * @see https://github.com/Azure/terraform-provider-azapi/blob/main/internal/clients/options.go (`NewRetryOptionsForReadAfterCreate`)
 */
export function readAfterWrite(named: RetryRules | undefined): RetryRules {
  return {
    ...(named ?? AZAPI_RETRIES),
    tries: named?.tries ?? AZURERM_RETRIES.tries,
    repeats: (request, failure) =>
      (failure instanceof AzureError && [403, 404, ...AZCORE_STATUSES].includes(failure.status)) ||
      named?.repeats(request, failure) === true,
  };
}
