import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type KeyLike } from 'jose';
import type { LocalAzure } from '../../../../local/azure';

export const BEARER = 'the-bearer-of-the-run';
export const CONNECTION = 'cccccccc-0000-4000-8000-000000000001';

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

function spoil(response: ServerResponse, fault: NonNullable<Endpoints['fault']>): void {
  if (fault === 'cut') response.destroy();
  if (fault === 'half') {
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"value":', () => response.destroy());
  }
  if (fault === 503) response.writeHead(503).end();
}

/**
 * What a machine that deploys finds beside it, on loopback: an issuer of OIDC tokens with its published keys, the
 * endpoints of GitHub Actions and of Azure Pipelines that hand such tokens out, and the instance metadata of a machine
 * in Azure. Each refuses what the real one is documented to refuse.
 */
export class Endpoints {
  readonly url: string;
  /** What was asked of them, without credentials. */
  readonly asked: string[] = [];
  /** What becomes of every answer. */
  fault: 'cut' | 'half' | 'held' | 503 | undefined;

  private constructor(
    private readonly server: Server,
    private readonly azure: LocalAzure,
    private readonly keys: { readonly own: KeyLike; readonly foreign: KeyLike; readonly published: JWK },
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(azure: LocalAzure): Promise<Endpoints> {
    const pair = await generateKeyPair('RS256', { extractable: true });
    const foreign = await generateKeyPair('RS256');
    const published = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const keys = { own: pair.privateKey, foreign: foreign.privateKey, published };
    const endpoints = new Endpoints(server, azure, keys);
    server.on('request', (request, response) => {
      if (endpoints.fault !== undefined) return spoil(response, endpoints.fault);
      endpoints.answer(request).then(
        ({ status, body }) => {
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(JSON.stringify(body ?? {}));
        },
        (error: Error) => response.writeHead(500).end(error.message),
      );
    });
    return endpoints;
  }

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** A token of the issuer. @param by 'foreign' signs with a key that it does not publish */
  token(
    claims: { subject: string; audience?: string; issuer?: string; expires?: string | number },
    by: 'own' | 'foreign' = 'own',
  ): Promise<string> {
    return new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(claims.issuer ?? this.url)
      .setSubject(claims.subject)
      .setAudience(claims.audience ?? 'api://AzureADTokenExchange')
      .setIssuedAt()
      .setExpirationTime(claims.expires ?? '10m')
      .sign(this.keys[by]);
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', this.url);
    this.asked.push(`${request.method} ${url.pathname}${url.search}`);
    const authorized = request.headers.authorization === `Bearer ${BEARER}`;
    const audience = url.searchParams.get('audience') ?? undefined;
    switch (`${request.method} ${url.pathname.replace(/(?<=.)\/$/, '')}`) {
      case 'GET /.well-known/openid-configuration':
        return { status: 200, body: { issuer: this.url, jwks_uri: `${this.url}/keys` } };
      case 'GET /keys':
        return { status: 200, body: { keys: [this.keys.published] } };
      case 'GET /github':
        if (!authorized) return { status: 401, body: { message: 'not authorized' } };
        return { status: 200, body: { count: 1, value: await this.token({ subject: 'github', audience }) } };
      case 'POST /pipelines': {
        // Azure DevOps sends whoever it does not know to a page, unless asked not to.
        if (!authorized)
          return { status: request.headers['x-tfs-fedauthredirect'] === 'Suppress' ? 401 : 302 };
        if (url.searchParams.get('api-version') !== '7.1')
          return { status: 400, body: { message: 'api-version' } };
        const subject = `connection:${url.searchParams.get('serviceConnectionId')}`;
        return { status: 200, body: { oidcToken: await this.token({ subject, audience }) } };
      }
      case 'GET /metadata/identity/oauth2/token':
        return this.metadata(url.searchParams, request.headers.metadata);
      default:
        return { status: 404 };
    }
  }

  /** https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token */
  private async metadata(query: URLSearchParams, header: unknown): Promise<Answer> {
    if (String(header).toLowerCase() !== 'true') return { status: 400, body: { error: 'bad_request_102' } };
    if (query.get('api-version') !== '2018-02-01') return { status: 400, body: { error: 'invalid_request' } };
    const identities = this.azure.directory.toJSON().filter(({ kind }) => kind === 'managedIdentity');
    const clientId = query.get('client_id');
    const identity = clientId ? identities.find((one) => one.clientId === clientId) : identities[0];
    if (!identity) {
      return { status: 400, body: { error: 'invalid_request', error_description: 'Identity not found' } };
    }
    const audience = query.get('resource')!.replace(/\/+$/, '');
    const { token } = await this.azure.entra.issueToken({ ...identity, audience });
    return {
      status: 200,
      body: {
        access_token: token,
        client_id: identity.clientId,
        expires_in: '86399',
        expires_on: String(Math.floor(Date.now() / 1000) + 86_399),
        resource: audience,
        token_type: 'Bearer',
      },
    };
  }
}
