import {
  createDefaultHttpClient,
  createPipelineFromOptions,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { TokenCredentialOptions } from '@azure/identity';
import { transportOf } from '../transport';
import { AUTHORITY_HOST } from '../cloud';
import type { LastRequest } from './last-request';
import type { WatchOptions } from './watch-options';

/** A service that signs in answers within a second; the instance metadata of a machine that has none, never. */
const ANSWER_WITHIN_MS = 8_000;

/** Watches every request that signing in sends, and lets none of them hang. */
export class NetworkWatch implements HttpClient {
  last: LastRequest | undefined;
  /** For the clients of `@azure/identity`. */
  readonly options: TokenCredentialOptions;
  private readonly http = createDefaultHttpClient();
  private readonly answerWithin: number;

  constructor({ answerWithin = ANSWER_WITHIN_MS, ...transport }: WatchOptions) {
    this.answerWithin = answerWithin;
    this.options = {
      authorityHost: AUTHORITY_HOST,
      retryOptions: { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 1_000 },
      ...transportOf(transport),
      httpClient: this,
    };
  }

  /** Sends what no class of `@azure/identity` does. */
  send(request: PipelineRequest): Promise<PipelineResponse> {
    const pipeline = createPipelineFromOptions(this.options);
    for (const { policy } of this.options.additionalPolicies ?? []) {
      pipeline.addPolicy(policy, { afterPhase: 'Retry' });
    }
    return pipeline.sendRequest(this, request);
  }

  /** Below every policy, so that each attempt is seen; managed identities leave out policies that they are given. */
  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    const { host } = new URL(request.url);
    const { abortSignal } = request;
    // `request.timeout` would keep the process alive for as long, after a failure too.
    const late = AbortSignal.timeout(this.answerWithin);
    request.abortSignal = abortSignal ? AbortSignal.any([abortSignal as AbortSignal, late]) : late;
    try {
      const response = await this.http.sendRequest(request);
      const retryAfter = response.headers.get('retry-after');
      this.last = { host, status: response.status, ...(retryAfter ? { retryAfter } : {}) };
      return response;
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      const reason = late.aborted ? `no answer within ${this.answerWithin / 1000} s` : (code ?? message);
      this.last = { host, unreachable: reason };
      throw error;
    } finally {
      // The same request is sent again when it is tried again.
      request.abortSignal = abortSignal;
    }
  }
}
