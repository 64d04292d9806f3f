import {
  createPipelineFromOptions,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';
import type { TokenCredentialOptions } from '@azure/identity';
import { transportOf, type TransportOptions } from '../transport';
import { AUTHORITY_HOST } from './clouds';

/** A service that signs in answers within a second; the instance metadata of a machine that has none, never. */
const ANSWER_WITHIN_MS = 8_000;

/** What became of the last request of a sign-in: the SDK's errors do not tell the network from a refusal. */
export type LastRequest =
  | { readonly host: string; readonly unreachable: string }
  | { readonly host: string; readonly status: number; readonly retryAfter?: string };

/** Watches every request that signing in sends, and lets none of them hang. */
export class NetworkWatch {
  last: LastRequest | undefined;
  /** For the clients of `@azure/identity`. */
  readonly options: TokenCredentialOptions;

  constructor(transport: TransportOptions) {
    const { proxyOptions, additionalPolicies = [] } = transportOf(transport);
    this.options = {
      authorityHost: AUTHORITY_HOST,
      retryOptions: { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 1_000 },
      ...(proxyOptions ? { proxyOptions } : {}),
      additionalPolicies: [...additionalPolicies, { policy: this.policy(), position: 'perRetry' }],
    };
  }

  /** For requests that no class of `@azure/identity` sends. */
  pipeline(): Pipeline {
    const pipeline = createPipelineFromOptions(this.options);
    for (const { policy } of this.options.additionalPolicies ?? []) {
      pipeline.addPolicy(policy, { afterPhase: 'Retry' });
    }
    return pipeline;
  }

  private policy(): PipelinePolicy {
    return {
      name: 'acsPushSignInWatch',
      sendRequest: async (request, next) => {
        const { host } = new URL(request.url);
        request.timeout ||= ANSWER_WITHIN_MS;
        try {
          const response = await next(request);
          const retryAfter = response.headers.get('retry-after');
          this.last = { host, status: response.status, ...(retryAfter ? { retryAfter } : {}) };
          return response;
        } catch (error) {
          this.last = { host, unreachable: reasonOf(error as Error, request) };
          throw error;
        }
      },
    };
  }
}

function reasonOf(error: Error & { code?: string }, { timeout }: PipelineRequest): string {
  // A caller's own abort is told apart where the caller's signal is known.
  if (error.name === 'AbortError') return `no answer within ${timeout / 1000} s`;
  return error.code ?? error.message;
}
