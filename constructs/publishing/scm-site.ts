import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type Pipeline,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { answerInTime, NoAnswerError } from '../../link/answer-in-time';
import { AzureError, retryAfterOf } from '../../link/azure-error';
import { systemClock, type Clock } from '../../link/clock';
import { credentialFrom } from '../../link/credential';
import { subscriptionOf } from '../../link/resource-id';
import type { SignIn, SignInOptions } from '../../link/sign-in';
import { transportOf } from '../../link/transport';
import type { NotYet } from './patience';

const SCOPE = 'https://management.azure.com/.default';
/** Answers of a site that was just made: not there yet, roles not yet in force, another deployment under way. */
const NOT_YET = new Set([403, 404, 408, 409, 429]);
/** Milliseconds for a whole answer, its body too. The package is taken before its answer is written. */
const WITHIN_MS = { GET: 30_000, POST: 120_000 };
/** A certificate that is not trusted now is not trusted in ten minutes either. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** The machine's time, and signals that abort when it is up. */
export interface RequestClock extends Clock {
  /** A signal that aborts after so many milliseconds. */
  timeout(milliseconds: number): AbortSignal;
}

export const requestClock: RequestClock = {
  ...systemClock,
  timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
};

/** How a scm site is reached, and in whose name. */
export interface ScmSiteOptions extends SignInOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** ARM id of the Function App. @default - of the subscription that the environment names */
  readonly functionAppId?: string;
  /** @default the machine's */
  readonly clock?: RequestClock;
}

/** A request that has an answer, or the reason why it has none yet. */
export type Answered = { readonly body: string } | NotYet;

/** The scm site of a Function App, spoken to with a bearer token. */
export class ScmSite {
  readonly url: string;
  private readonly credential: SignIn;
  private readonly clock: RequestClock;
  private readonly pipeline: Pipeline;
  private readonly http: HttpClient = createDefaultHttpClient();

  /**
   * @param host default host name of the app
   * @throws AzureError of kind `credentials`: the environment names nobody to sign in as
   */
  constructor(host: string, { environment, functionAppId, clock, ...options }: ScmSiteOptions) {
    this.url = `https://${scmHost(host)}`;
    this.clock = clock ?? requestClock;
    this.credential = credentialFrom(environment, {
      ...(functionAppId ? { subscriptionId: subscriptionOf(functionAppId) } : {}),
      ...options,
    });
    const { additionalPolicies = [], ...transport } = transportOf(options);
    this.pipeline = createPipelineFromOptions({
      ...transport,
      retryOptions: { maxRetries: 0 },
      userAgentOptions: { userAgentPrefix: 'cdktf-acs-push' },
    });
    for (const { policy } of additionalPolicies) this.pipeline.addPolicy(policy, { afterPhase: 'Retry' });
  }

  /**
   * One request: a token, and what is asked with it.
   * @returns the body of a good answer, or why there may be one later
   * @throws Error that repeating does not mend: a refusal, a certificate that is not trusted, nobody to sign in as
   */
  async request(method: 'GET' | 'POST', path: string, zip?: Buffer): Promise<Answered> {
    const what = `${method} ${this.url}${path.replace(/\?.*$/, '')}`;
    let token: string;
    try {
      ({ token } = await this.credential.getToken(SCOPE));
    } catch (error) {
      return notSignedIn(error);
    }
    let answer: PipelineResponse;
    try {
      answer = await this.send(method, path, token, zip);
    } catch (error) {
      return unanswered(what, error);
    }
    if (answer.status < 300) return { body: answer.bodyAsText ?? '' };
    return refused(what, answer, this.clock.now());
  }

  private send(
    method: 'GET' | 'POST',
    path: string,
    token: string,
    zip: Buffer | undefined,
  ): Promise<PipelineResponse> {
    const request = createPipelineRequest({
      method,
      url: `${this.url}${path}`,
      ...(zip && { body: zip }),
      headers: createHttpHeaders({
        Authorization: `Bearer ${token}`,
        ...(zip && { 'Content-Type': 'application/zip' }),
      }),
    });
    const within = WITHIN_MS[method];
    return answerInTime(
      request,
      within,
      (one) => this.pipeline.sendRequest(this.http, one),
      this.clock.timeout(within),
    );
  }
}

/** `app.azurewebsites.net` → `app.scm.azurewebsites.net`, whatever follows the first label. */
function scmHost(host: string): string {
  return host.replace(/^([^.]+)\./, '$1.scm.');
}

const NETWORK_REMEDY = 'look after the network between this machine and Azure (HTTPS_PROXY, firewalls, DNS)';
const REMEDIES: Readonly<Record<number, string>> = {
  403: 'give the signed-in principal a role with Microsoft.Web/sites/publish/action on the app, and its network access to the scm site',
  404: 'look whether the app is there, and started',
  409: 'let the other deployment of the app end, or stop it',
};

function refused(what: string, { status, bodyAsText, headers }: PipelineResponse, now: number): NotYet {
  const seen = `${what}: ${status} ${shorten(bodyAsText)}`.trimEnd();
  if (!NOT_YET.has(status) && status < 500) throw new Error(`${seen}: the package was refused`);
  const retryAfter = retryAfterOf(headers.get('retry-after'), now);
  return {
    seen,
    remedy: REMEDIES[status] ?? 'look at the health of Azure and of the app, and deploy later',
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** @throws the error itself when asking again is no help */
function unanswered(what: string, error: unknown): NotYet {
  const { name, code, message, response } = error as Error & { code?: string; response?: unknown };
  if (error instanceof NoAnswerError) return { seen: `${what}: ${message}`, remedy: NETWORK_REMEDY };
  refuseUntrusted(code);
  if (name !== 'RestError' || response !== undefined) throw error;
  // Where a host has several addresses, all that tells is the code.
  const told = [message, code].filter((part, at, all) => part && !(at === 1 && all[0]?.includes(part)));
  return { seen: `${what}: no answer: ${told.join(' ')}`, remedy: NETWORK_REMEDY };
}

/** @throws the error itself when signing in again is no help */
function notSignedIn(error: unknown): NotYet {
  if (!(error instanceof AzureError)) throw error;
  const { code, retryAfter } = error.details;
  refuseUntrusted(code);
  if (!error.transient) throw error;
  return {
    seen: error.message,
    remedy: NETWORK_REMEDY,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

function refuseUntrusted(code: string | undefined): void {
  if (!UNTRUSTED.test(code ?? '')) return;
  throw new Error(
    `the certificate that answered is not trusted (${code}): give the authority's with NODE_EXTRA_CA_CERTS`,
  );
}

function shorten(text: string | null | undefined): string {
  return (text ?? '').replace(/\s+/g, ' ').slice(0, 300);
}
