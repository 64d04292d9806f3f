import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { AzureError } from '../../link/azure-error';
import { credentialFrom } from '../../link/credential';
import { subscriptionOf } from '../../link/resource-id';

/**
 * Publishes a zip to a Function App on Flex Consumption, as the Azure tools do there: POST of the zip with a bearer
 * token to the app's scm site, then the deployment's status until it ends. A script of its own, run by Terraform's
 * local-exec with PUBLISH_HOST (the app's default host name), PUBLISH_PACKAGE (path of the zip) and
 * PUBLISH_FUNCTION_APP (the app's ARM id).
 *
 * Each step is repeated for ten minutes while Azure says "not yet" or does not answer at all: publishing the same zip
 * again does no harm.
 *
 * Source: Azure/azure-dev#3658; hashicorp/terraform-provider-azurerm#29630 says why zip_deploy_file cannot.
 */
const SCOPE = 'https://management.azure.com/.default';
/** Kudu's status of a deployment. */
const FAILED = 3;
const SUCCEEDED = 4;
/** Answers of a site that was just made: not there yet, roles not yet in force, starting. */
const NOT_YET = new Set([403, 404, 408, 409, 429, 500, 502, 503, 504]);
const DEADLINE_MS = 10 * 60_000;
const POLL_MS = 2_000;

const pipeline = createPipelineFromOptions({
  retryOptions: { maxRetries: 0 },
  userAgentOptions: { userAgentPrefix: 'cdktf-acs-push' },
});
const client = createDefaultHttpClient();

/** `app.azurewebsites.net` → `app.scm.azurewebsites.net`, whatever follows the first label. */
function scmHost(host: string): string {
  return host.replace(/^([^.]+)\./, '$1.scm.');
}

async function send(
  method: 'GET' | 'POST',
  url: string,
  token: string,
  zip?: Buffer,
): Promise<PipelineResponse> {
  return pipeline.sendRequest(
    client,
    createPipelineRequest({
      method,
      url,
      body: zip,
      headers: createHttpHeaders({
        Authorization: `Bearer ${token}`,
        ...(zip && { 'Content-Type': 'application/zip' }),
      }),
      timeout: 120_000,
    }),
  );
}

async function publish(host: string, packagePath: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { PUBLISH_FUNCTION_APP: id } = env;
  const credential = credentialFrom(env, id ? { subscriptionId: subscriptionOf(id) } : {});
  const zip = await readFile(packagePath);
  const scm = `https://${scmHost(host)}`;
  const deadline = Date.now() + DEADLINE_MS;
  const authorized = async (method: 'GET' | 'POST', path: string, body?: Buffer) =>
    send(method, `${scm}${path}`, (await credential.getToken(SCOPE)).token, body);

  await patiently(`${scm} did not take the package`, deadline, POLL_MS * 2, async () => {
    const answer = await authorized('POST', '/api/publish?RemoteBuild=false', zip);
    return answer.status < 300 ? undefined : notYet(answer, `${scm} refused the package`);
  });
  await patiently(`${scm} did not finish the deployment`, deadline, POLL_MS, async () => {
    const answer = await authorized('GET', '/api/deployments/latest');
    if (answer.status >= 300) return notYet(answer, `${scm} does not tell what became of the deployment`);
    const deployment = parse(answer.bodyAsText);
    if (deployment.status === SUCCEEDED) return undefined;
    if (deployment.status === FAILED) {
      throw new Error(`${scm} could not deploy the package: ${deployment.status_text || 'no reason given'}`);
    }
    return 'it is being deployed';
  });
}

/**
 * Tries until there is nothing left to wait for.
 * @param attempt answers why it has to be made again, or undefined when it succeeded
 */
async function patiently(
  what: string,
  deadline: number,
  pause: number,
  attempt: () => Promise<string | undefined>,
): Promise<void> {
  for (;;) {
    const reason = await attempt().catch((error: unknown) => unanswered(error));
    if (reason === undefined) return;
    if (Date.now() > deadline) {
      throw new Error(`${what} within ${DEADLINE_MS / 60_000} minutes; at last: ${reason}`);
    }
    await sleep(pause);
  }
}

/** Why a refusal may be none the next time. @throws Error when it will be one again */
function notYet(answer: PipelineResponse, problem: string): string {
  const told = `${answer.status} ${shorten(answer.bodyAsText)}`;
  if (!NOT_YET.has(answer.status)) throw new Error(`${problem}: ${told}`);
  return told;
}

/** A certificate that is not trusted now is not trusted in ten minutes either. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** What became of a request without an answer. @throws the error itself when asking again is no help */
function unanswered(error: unknown): string {
  const { name, code, message, response } = error as Error & { code?: string; response?: unknown };
  const told = `no answer: ${message}`;
  if (error instanceof AzureError) {
    if (error.transient) return told;
    throw error;
  }
  if (UNTRUSTED.test(code ?? '')) {
    throw new Error(
      `the certificate that answered is not trusted (${code}): give the authority's with NODE_EXTRA_CA_CERTS`,
    );
  }
  // The request's own timeout ends as an AbortError.
  if ((name === 'RestError' && response === undefined) || name === 'AbortError') return told;
  throw error;
}

function parse(text: string | null | undefined): { status?: number; status_text?: string } {
  try {
    return JSON.parse(text ?? '{}') as { status?: number; status_text?: string };
  } catch {
    return {};
  }
}

function shorten(text: string | null | undefined): string {
  return (text ?? '').replace(/\s+/g, ' ').slice(0, 300);
}

const { PUBLISH_HOST, PUBLISH_PACKAGE } = process.env;
if (!PUBLISH_HOST || !PUBLISH_PACKAGE) {
  process.stderr.write(
    'publish: set PUBLISH_HOST (host name of the Function App) and PUBLISH_PACKAGE (path of the zip)\n',
  );
  process.exitCode = 2;
} else {
  publish(PUBLISH_HOST, PUBLISH_PACKAGE, process.env)
    .catch((error: Error) => {
      process.stderr.write(
        `publish: ${error.message}\nThe Function App is there without its code: put this right and deploy again.\n`,
      );
      process.exitCode = 1;
    })
    // The clock of a request whose connection was lost goes on for its two minutes, and nobody waits for it.
    .finally(() => process.exit());
}
