import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { credentialFrom } from '../../link/credential';
import { subscriptionOf } from '../../link/resource-id';

/**
 * Publishes a zip to a Function App on Flex Consumption, as the Azure tools do there: POST of the zip with a bearer
 * token to the app's scm site, then the deployment's status until it ends. A script of its own, run by Terraform's
 * local-exec with PUBLISH_HOST (the app's default host name), PUBLISH_PACKAGE (path of the zip) and
 * PUBLISH_FUNCTION_APP (the app's ARM id).
 *
 * Source: Azure/azure-dev#3658; hashicorp/terraform-provider-azurerm#29630 says why zip_deploy_file cannot.
 */
const SCOPE = 'https://management.azure.com/.default';
/** Kudu's status of a deployment. */
const FAILED = 3;
const SUCCEEDED = 4;
/** Answers of a site that was just made: not there yet, roles not yet in force, starting. */
const NOT_YET = new Set([403, 404, 409, 429, 500, 502, 503]);
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

  let accepted: PipelineResponse;
  for (;;) {
    accepted = await authorized('POST', '/api/publish?RemoteBuild=false', zip);
    if (accepted.status < 300) break;
    if (!NOT_YET.has(accepted.status) || Date.now() > deadline) {
      throw new Error(`${scm} refused the package: ${accepted.status} ${shorten(accepted.bodyAsText)}`);
    }
    await sleep(POLL_MS * 2);
  }
  for (;;) {
    const answer = await authorized('GET', '/api/deployments/latest');
    const deployment = parse(answer.bodyAsText);
    if (answer.status < 300 && deployment.status === SUCCEEDED) return;
    if (answer.status < 300 && deployment.status === FAILED) {
      throw new Error(`${scm} could not deploy the package: ${deployment.status_text || 'no reason given'}`);
    }
    if (Date.now() > deadline) {
      throw new Error(`${scm} did not finish the deployment within ${DEADLINE_MS / 60_000} minutes`);
    }
    await sleep(POLL_MS);
  }
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
  publish(PUBLISH_HOST, PUBLISH_PACKAGE, process.env).catch((error: Error) => {
    process.stderr.write(
      `publish: ${error.message}\nThe Function App is there without its code: put this right and deploy again.\n`,
    );
    process.exitCode = 1;
  });
}
