import { createHmac, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export const HUB_RULE =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app/providers/Microsoft.NotificationHubs/namespaces/ntfns-app/notificationHubs/ntf-relay/authorizationRules/relay';
export const SOURCE =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app/providers/Microsoft.Communication/CommunicationServices/acs-app';

export interface SeenSend {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

/**
 * ARM's `listKeys` and a hub's `messages`, under their real host names, behind a CONNECT proxy: the smallest
 * Azure that the relay can live in.
 */
export class StandInAzure {
  readonly sends: SeenSend[] = [];
  readonly listKeys: IncomingHttpHeaders[] = [];
  /** Key of the rule; changing it is a rotation. */
  key = Buffer.from('first key of the relay hub').toString('base64');
  /** Answers given to the next sends, before they are looked at; 201 when there is none. */
  readonly nextAnswers: Answer[] = [];
  environment: Record<string, string> = {};
  private folder = '';
  private readonly sockets = new Set<Socket>();
  private readonly closers: (() => Promise<void>)[] = [];

  async start(): Promise<void> {
    const { certificate, key, ca } = await certificates();
    this.folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
    const caFile = join(this.folder, 'ca.pem');
    writeFileSync(caFile, ca);
    const azure = createHttpsServer({ cert: certificate, key }, (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const answer = this.answer(request.headers.host ?? '', request.url ?? '', request.headers, body);
        response.writeHead(answer.status, answer.headers);
        response.end(answer.body);
      });
    });
    const azurePort = await this.listen(azure);
    const proxy = createHttpServer((_, response) => response.writeHead(403).end());
    proxy.on('connect', (_request, client: Socket, head) => {
      const upstream = connect(azurePort, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
      this.sockets.add(client).add(upstream);
    });
    const proxyPort = await this.listen(proxy);
    this.environment = { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`, NODE_EXTRA_CA_CERTS: caFile };
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    for (const close of this.closers) await close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  clear(): void {
    this.sends.length = 0;
    this.listKeys.length = 0;
    this.nextAnswers.length = 0;
  }

  private answer(
    host: string,
    path: string,
    headers: IncomingHttpHeaders,
    body: string,
  ): { status: number; headers?: Record<string, string>; body?: string } {
    if (host === 'management.azure.com' && path.startsWith(`${HUB_RULE}/listKeys?`)) {
      this.listKeys.push(headers);
      if (headers.authorization !== 'Bearer token-for-https://management.azure.com/') return { status: 401 };
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          keyName: 'relay',
          primaryKey: this.key,
          primaryConnectionString: `Endpoint=sb://ntfns-app.servicebus.windows.net/;SharedAccessKeyName=relay;SharedAccessKey=${this.key}`,
        }),
      };
    }
    if (host === 'ntfns-app.servicebus.windows.net' && path.startsWith('/ntf-relay/messages/')) {
      if (!this.signed(headers.authorization ?? '')) return { status: 401 };
      const next = this.nextAnswers.shift();
      if (next && next.status !== 201) return next;
      this.sends.push({ path, headers, body });
      return {
        status: 201,
        headers: {
          trackingid: `tracking-${this.sends.length}`,
          location: `https://ntfns-app.servicebus.windows.net/ntf-relay/messages/${this.sends.length}?api-version=2020-06`,
        },
      };
    }
    return { status: 404 };
  }

  /** SAS as the service checks it: HMAC-SHA256 over the resource and the expiry with the rule's key. */
  private signed(authorization: string): boolean {
    const fields = new URLSearchParams(
      authorization.replace(/^SharedAccessSignature /, '').replace(/\+/g, '%2B'),
    );
    const resource = encodeURIComponent(fields.get('sr') ?? '').toLowerCase();
    const expected = (text: string) => createHmac('sha256', this.key).update(text).digest('base64');
    const expiry = fields.get('se') ?? '0';
    return (
      fields.get('skn') === 'relay' &&
      Number(expiry) > Date.now() / 1000 &&
      [resource, encodeURIComponent(fields.get('sr') ?? '')].some(
        (sr) => expected(`${sr}\n${expiry}`) === fields.get('sig'),
      )
    );
  }

  private async listen(server: ReturnType<typeof createHttpServer> | ReturnType<typeof createHttpsServer>) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    this.closers.push(
      () =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(() => resolve());
        }),
    );
    return (server.address() as AddressInfo).port;
  }
}

async function certificates(): Promise<{ certificate: string; key: string; ca: string }> {
  const crypto = webcrypto;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const pair = () => crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const [caKeys, keys] = [await pair(), await pair()];
  const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=stand-in',
    keys: caKeys,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    subject: 'CN=stand-in leaf',
    issuer: ca.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'management.azure.com' },
        { type: 'dns', value: '*.servicebus.windows.net' },
      ]),
    ],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    certificate: leaf.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`,
    ca: ca.toString('pem'),
  };
}
