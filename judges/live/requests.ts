import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
  type Pipeline,
} from '@azure/core-rest-pipeline';
import type { TokenCredential } from '../../link/token-credential';
import { timedTransportOf } from '../../link/transport';
import type { RequestOptions } from '../../link/transport-options';

/** What Azure answered, whatever it was. */
export interface Answer {
  readonly status: number;
  /** `error.code` of the body; empty when there is none. */
  readonly code: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: Json | undefined;
}

/** JSON that Azure sent: its shape is what is being asked about. */
export type Json = { readonly [name: string]: unknown };

export interface RequestsOptions extends RequestOptions {
  readonly credential: TokenCredential;
  /** Sends in place of Node's own client. @default - Node's own */
  readonly httpClient?: HttpClient;
  /** Ends requests and the waits between their repetitions. */
  readonly signal?: AbortSignal;
}

export interface RequestBody {
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests as a client of Azure does: throttled ones and those that met a 500 again, by what Azure says of it. */
export class Requests {
  private readonly pipeline: Pipeline;
  private readonly client: HttpClient;

  constructor(private readonly options: RequestsOptions) {
    const { additionalPolicies, proxyOptions } = timedTransportOf(options);
    this.pipeline = createPipelineFromOptions(proxyOptions ? { proxyOptions } : {});
    for (const { policy } of additionalPolicies) this.pipeline.addPolicy(policy, { afterPhase: 'Retry' });
    this.client = options.httpClient ?? createDefaultHttpClient();
  }

  /** A request with a token of that audience. */
  async signed(method: HttpMethods, url: string, audience: string, body: RequestBody = {}): Promise<Answer> {
    const token = await this.options.credential.getToken(
      `${audience}/.default`,
      this.options.signal ? { abortSignal: this.options.signal } : {},
    );
    return this.send(method, url, {
      ...body,
      headers: { ...body.headers, authorization: `Bearer ${token?.token ?? ''}` },
    });
  }

  async send(
    method: HttpMethods,
    url: string,
    { json, text, headers = {} }: RequestBody = {},
  ): Promise<Answer> {
    const request = createPipelineRequest({
      method,
      url,
      headers: createHttpHeaders({
        accept: 'application/json',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      }),
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(text === undefined ? {} : { body: text }),
      ...(this.options.signal ? { abortSignal: this.options.signal } : {}),
    });
    const response = await this.pipeline.sendRequest(this.client, request);
    const parsed = jsonOf(response.bodyAsText ?? '');
    const error = (parsed?.error ?? {}) as { code?: unknown };
    return {
      status: response.status,
      code: typeof error.code === 'string' ? error.code : '',
      json: parsed,
    };
  }
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
