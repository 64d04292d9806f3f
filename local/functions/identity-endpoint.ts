import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FunctionAppStart } from './function-host';

/**
 * The endpoint through which an app on App Service asks for tokens of its managed identity.
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export class IdentityEndpoint {
  private readonly secret = randomBytes(24).toString('hex');
  private server: Server | undefined;

  constructor(private readonly identity: NonNullable<FunctionAppStart['identity']>) {}

  /** Starts it, and gives the environment that the app finds it by. */
  async start(): Promise<Record<string, string>> {
    const server = createServer((request, response) => {
      const answer = (status: number, body: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      this.token(request.headers['x-identity-header'], request.url ?? '').then(
        ({ status, body }) => answer(status, body),
        (error: unknown) =>
          answer(400, { statusCode: 400, message: error instanceof Error ? error.message : String(error) }),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    this.server = server;
    const { port } = server.address() as AddressInfo;
    return { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: this.secret };
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  private async token(header: unknown, path: string): Promise<{ status: number; body: unknown }> {
    const url = new URL(path, 'http://127.0.0.1');
    // Microsoft's own libraries write a slash behind it.
    if (!/^\/msi\/token\/?$/.test(url.pathname)) return { status: 404, body: { statusCode: 404 } };
    // The header keeps other programs of the machine from asking through this port.
    const given = Buffer.from(typeof header === 'string' ? header : '');
    const expected = Buffer.from(this.secret);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return { status: 401, body: { statusCode: 401, message: 'x-identity-header missing or wrong' } };
    }
    if (url.searchParams.get('api-version') !== '2019-08-01') {
      return { status: 400, body: { statusCode: 400, message: 'api-version must be 2019-08-01' } };
    }
    const resource = url.searchParams.get('resource');
    if (!resource) return { status: 400, body: { statusCode: 400, message: 'resource is missing' } };
    const clientId = url.searchParams.get('client_id') ?? undefined;
    const token = await this.identity.token(resource, clientId);
    return {
      status: 200,
      body: {
        access_token: token.accessToken,
        expires_on: String(token.expiresOn),
        resource,
        token_type: 'Bearer',
        client_id: clientId,
      },
    };
  }
}
