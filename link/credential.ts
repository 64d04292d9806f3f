import { readFile } from 'node:fs/promises';
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import {
  ClientAssertionCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  type TokenCredential,
} from '@azure/identity';

/** Where GitHub Actions hands out tokens for Microsoft Entra's workload identity federation. */
const FEDERATION_AUDIENCE = 'api://AzureADTokenExchange';

/**
 * Signs in as the Terraform providers would with the same environment (ARM_CLIENT_ID and ARM_TENANT_ID with a secret
 * or an OIDC token), so that what runs inside a deploy needs nothing of its own; else in any way of
 * `DefaultAzureCredential`.
 */
export function credentialFrom(environment: NodeJS.ProcessEnv): TokenCredential {
  const { ARM_TENANT_ID: tenantId, ARM_CLIENT_ID: clientId } = environment;
  if (!tenantId || !clientId) return new DefaultAzureCredential();
  if (environment.ARM_CLIENT_SECRET) {
    return new ClientSecretCredential(tenantId, clientId, environment.ARM_CLIENT_SECRET);
  }
  const assertion = assertionFrom(environment);
  return assertion
    ? new ClientAssertionCredential(tenantId, clientId, assertion)
    : new DefaultAzureCredential();
}

function assertionFrom(environment: NodeJS.ProcessEnv): (() => Promise<string>) | undefined {
  const { ARM_OIDC_TOKEN: token, ARM_OIDC_TOKEN_FILE_PATH: file } = environment;
  if (token) return () => Promise.resolve(token);
  if (file) return async () => (await readFile(file, 'utf8')).trim();
  const url = environment.ARM_OIDC_REQUEST_URL ?? environment.ACTIONS_ID_TOKEN_REQUEST_URL;
  const bearer = environment.ARM_OIDC_REQUEST_TOKEN ?? environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  return url && bearer ? () => requestAssertion(url, bearer) : undefined;
}

async function requestAssertion(url: string, bearer: string): Promise<string> {
  const asked = new URL(url);
  asked.searchParams.set('audience', FEDERATION_AUDIENCE);
  const request = createPipelineRequest({
    url: asked.href,
    headers: createHttpHeaders({ authorization: `Bearer ${bearer}` }),
  });
  const response = await createPipelineFromOptions({}).sendRequest(createDefaultHttpClient(), request);
  const { value } = JSON.parse(response.bodyAsText ?? '{}') as { value?: string };
  if (!value) throw new Error(`the OIDC endpoint answered ${response.status} without a token`);
  return value;
}
