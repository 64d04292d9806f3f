import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { AuthenticationError } from '@azure/identity';
import type { NetworkWatch } from './watch';

/** What Microsoft Entra's workload identity federation expects a token to be made for. */
const AUDIENCE = 'api://AzureADTokenExchange';
/** Source: hashicorp/go-azure-sdk, sdk/auth/ado_pipeline_oidc_authorizer.go. */
const AZURE_PIPELINES_API_VERSION = '7.1';

interface Asked {
  readonly url: string;
  readonly bearer: string;
}

/** A token of the workflow that runs, from GitHub Actions or whoever speaks its protocol. */
export async function gitHubAssertion({ url, bearer }: Asked, watch: NetworkWatch): Promise<string> {
  const asked = withQuery(url, { audience: AUDIENCE });
  return tokenIn(await send('GET', asked, bearer, watch), 'value');
}

/**
 * A token of the pipeline that runs, for one service connection. `AzurePipelinesCredential` would ask only where
 * SYSTEM_OIDCREQUESTURI of this process says, and azurerm lets ARM_OIDC_REQUEST_URL go first.
 */
export async function azurePipelinesAssertion(
  { url, bearer }: Asked,
  serviceConnectionId: string,
  watch: NetworkWatch,
): Promise<string> {
  const asked = withQuery(url, {
    'api-version': AZURE_PIPELINES_API_VERSION,
    serviceConnectionId,
    audience: AUDIENCE,
  });
  return tokenIn(await send('POST', asked, bearer, watch), 'oidcToken');
}

/** What the URL says already stays. */
function withQuery(url: string, query: Readonly<Record<string, string>>): URL {
  const asked = new URL(url);
  for (const [name, value] of Object.entries(query)) {
    if (!asked.searchParams.get(name)) asked.searchParams.set(name, value);
  }
  return asked;
}

async function send(method: 'GET' | 'POST', url: URL, bearer: string, watch: NetworkWatch) {
  const request = createPipelineRequest({
    method,
    url: url.href,
    headers: createHttpHeaders({
      accept: 'application/json',
      authorization: `Bearer ${bearer}`,
      'content-type': 'application/json',
      // A refusal is a status then, and not a redirect to a page to sign in.
      ...(method === 'POST' && { 'x-tfs-fedauthredirect': 'Suppress' }),
    }),
    // A runner of one's own may serve this on the machine itself.
    allowInsecureConnection: true,
  });
  return watch.send(request);
}

function tokenIn(response: PipelineResponse, field: string): string {
  const token = parse(response.bodyAsText)[field];
  if (response.status < 300 && typeof token === 'string' && token !== '') return token;
  const { host } = new URL(response.request.url);
  throw new AuthenticationError(response.status, {
    error: 'no_oidc_token',
    error_description: `${host} answered ${response.status} without an OIDC token`,
  });
}

function parse(text: string | null | undefined): Record<string, unknown> {
  try {
    return JSON.parse(text ?? '{}') as Record<string, unknown>;
  } catch {
    return {};
  }
}
