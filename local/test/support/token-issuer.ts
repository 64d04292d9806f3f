import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type KeyLike } from 'jose';

/** An issuer of OIDC tokens on loopback, with its published key and one that it does not publish. */
export class TokenIssuer {
  private constructor(
    private readonly server: Server,
    private readonly keys: { readonly own: KeyLike; readonly foreign: KeyLike },
  ) {}

  static async start(): Promise<TokenIssuer> {
    const own = await generateKeyPair('RS256', { extractable: true });
    const foreign = await generateKeyPair('RS256');
    const published = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new TokenIssuer(server, { own: own.privateKey, foreign: foreign.privateKey });
    const documents: Readonly<Record<string, object>> = {
      '/.well-known/openid-configuration': { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` },
      '/keys': { keys: [published] },
    };
    server.on('request', ({ url }, response) => {
      const document = documents[url ?? ''];
      response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(document ?? {}));
    });
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @param by 'foreign' signs with the key that is not published */
  token(
    claims: { subject: string; audience?: string; issuer?: string; expires?: string },
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

  close(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
