import { request as httpRequest } from 'node:http';
import { Cors } from './cors';
import type { FunctionApps } from './function-apps';
import { secretsOf } from './site-secrets';
import type { HostService, LocalRequest, LocalResponse } from '../../core/http';

const HOST = /^([a-z0-9-]+)\.azurewebsites\.net$/;
const HOP_BY_HOP = ['connection', 'host', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-connection'];

/** The public addresses of the Function Apps; the apps' own processes answer. */
export class FunctionAppSites implements HostService {
  /** azure-docs, includes/functions-limits.md. */
  readonly bodyLimit = { bytes: 100 * 1024 * 1024, code: 'RequestEntityTooLarge' };

  constructor(private readonly apps: FunctionApps) {}

  answersFor(host: string): boolean {
    return HOST.test(host);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const name = HOST.exec(request.host)?.[1] ?? '';
    const site = this.apps.byName(name);
    if (!site) return { status: 404, body: `there is no site ${name}` };
    const { eventGridKey, masterKey, siteConfig } = secretsOf(site);
    const code = request.query.get('code') ?? request.headers['x-functions-key'];
    const path = request.path.toLowerCase();
    if (path.startsWith('/runtime/webhooks/') && code !== eventGridKey && code !== masterKey) {
      return { status: 401, body: '' };
    }
    if (path.startsWith('/admin/') && code !== masterKey) return { status: 401, body: '' };
    const cors = new Cors(siteConfig.cors ?? {});
    const answer = await this.apps.use(
      site,
      async ({ baseUrl }) =>
        cors.preflight(request) ?? cors.completed(request, await forward(baseUrl, request)),
    );
    return answer ?? { status: 503, body: 'Function host is not running.' };
  }
}

function forward(baseUrl: string, request: LocalRequest): Promise<LocalResponse> {
  const search = request.query.toString();
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.includes(name)),
  );
  return new Promise((resolve) => {
    const outgoing = httpRequest(
      `${baseUrl}${request.path}${search ? `?${search}` : ''}`,
      {
        method: request.method,
        headers: {
          ...headers,
          'content-length': request.body.length,
          'x-forwarded-host': request.host,
          'x-forwarded-proto': 'https',
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => resolve(badGateway(error)));
        response.on('end', () => {
          const answered = Object.entries(response.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
          resolve({
            status: response.statusCode ?? 502,
            headers: Object.fromEntries(answered.map(([name, value]) => [name, String(value)])),
            body: Buffer.concat(chunks),
          });
        });
      },
    );
    outgoing.on('error', (error) => resolve(badGateway(error)));
    outgoing.end(request.body);
  });
}

function badGateway(error: Error): LocalResponse {
  return { status: 502, body: `the function app did not answer: ${error.message}` };
}
