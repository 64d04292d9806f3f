import { readFileSync } from 'node:fs';
import { ResourceManagementClient } from '@azure/arm-resources';
import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { ClientSecretCredential } from '@azure/identity';
import { DEPLOYER, TENANT_ID, type LocalAzure } from '../../../local/azure';

/** Options that take an `@azure/*` client to local Azure. */
export function clientOptions(azure: LocalAzure) {
  const proxy = new URL(azure.endpoints.proxy);
  return {
    proxyOptions: { host: `http://${proxy.hostname}`, port: Number(proxy.port) },
    tlsOptions: { ca: readFileSync(azure.endpoints.certificateFile, 'utf8') },
    retryOptions: { maxRetries: 0 },
  };
}

export function deployerCredential(azure: LocalAzure, secret: string = DEPLOYER.clientSecret) {
  return new ClientSecretCredential(TENANT_ID, DEPLOYER.clientId, secret, clientOptions(azure));
}

export function resourceClient(azure: LocalAzure, credential = deployerCredential(azure)) {
  return new ResourceManagementClient(credential, azure.endpoints.subscriptionId, clientOptions(azure));
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

export async function tokenOf(azure: LocalAzure, audience = 'https://management.azure.com'): Promise<string> {
  return (await azure.entra.issueToken({ ...DEPLOYER, audience })).token;
}

/** One plain request through the proxy, by the host's real name. */
export async function send(
  azure: LocalAzure,
  method: string,
  url: string,
  options: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { proxyOptions, tlsOptions } = clientOptions(azure);
  const raw = typeof options.body === 'string' || options.body instanceof Uint8Array;
  const request = createPipelineRequest({
    method: method as 'GET',
    url,
    proxySettings: proxyOptions,
    tlsSettings: tlsOptions,
    headers: createHttpHeaders({
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...(options.body !== undefined && !raw && { 'content-type': 'application/json' }),
      ...options.headers,
    }),
    body:
      options.body === undefined ? undefined : raw ? (options.body as string) : JSON.stringify(options.body),
  });
  const { proxyPolicy, tlsPolicy } = await import('@azure/core-rest-pipeline');
  const client = createDefaultHttpClient();
  const proxied = proxyPolicy(proxyOptions);
  const trusted = tlsPolicy(tlsOptions);
  const response = await trusted.sendRequest(request, (r) =>
    proxied.sendRequest(r, (last) => client.sendRequest(last)),
  );
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
