import type { TokenCredential } from '@azure/core-auth';
import { ResourceManagementClient } from '@azure/arm-resources';
import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  proxyPolicy,
} from '@azure/core-rest-pipeline';
import { ClientSecretCredential } from '@azure/identity';
import { clientOptions, DEPLOYER, TENANT_ID, type LocalAzure } from '../../azure';

function options(azure: LocalAzure) {
  return { ...clientOptions(azure.endpoints), retryOptions: { maxRetries: 0 } };
}

export function deployerCredential(azure: LocalAzure, secret: string = DEPLOYER.clientSecret) {
  return new ClientSecretCredential(TENANT_ID, DEPLOYER.clientId, secret, options(azure));
}

export function resourceClient(
  azure: LocalAzure,
  credential = deployerCredential(azure),
  retryOptions = { maxRetries: 0 },
) {
  return new ResourceManagementClient(credential, azure.endpoints.subscriptionId, {
    ...options(azure),
    retryOptions,
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly json: any;
}

export async function tokenOf(azure: LocalAzure, audience = 'https://management.azure.com'): Promise<string> {
  return (await azure.entra.issueToken({ ...DEPLOYER, audience })).token;
}

/** What a client of the SDKs signs in with as the deployer. */
export function credentialOf(azure: LocalAzure): TokenCredential {
  return {
    getToken: async (scopes) => ({
      token: await tokenOf(azure, String(scopes).replace(/\/\.default$/, '')),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
}

/** One plain request through the proxy, by the host's real name. */
export async function send(
  azure: LocalAzure,
  method: string,
  url: string,
  options: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const pipeline = createEmptyPipeline();
  const { proxyOptions, additionalPolicies } = clientOptions(azure.endpoints);
  pipeline.addPolicy(proxyPolicy(proxyOptions));
  for (const { policy } of additionalPolicies) pipeline.addPolicy(policy);
  const raw = typeof options.body === 'string' || options.body instanceof Uint8Array;
  const request = createPipelineRequest({
    method: method as 'GET',
    url,
    headers: createHttpHeaders({
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...(options.body !== undefined && !raw && { 'content-type': 'application/json' }),
      ...options.headers,
    }),
    body:
      options.body === undefined ? undefined : raw ? (options.body as string) : JSON.stringify(options.body),
  });
  const response = await pipeline.sendRequest(createDefaultHttpClient(), request);
  const text = response.bodyAsText ?? '';
  return {
    status: response.status,
    headers: response.headers.toJSON(),
    text,
    json: /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined,
  };
}

/** A request to ARM in the deployer's name. */
export async function arm(
  azure: LocalAzure,
  method: string,
  path: string,
  apiVersion: string,
  body?: unknown,
  token?: string,
): Promise<Answer> {
  const separator = path.includes('?') ? '&' : '?';
  return send(azure, method, `https://management.azure.com${path}${separator}api-version=${apiVersion}`, {
    body,
    token: token ?? (await tokenOf(azure)),
  });
}
