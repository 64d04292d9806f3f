import { webcrypto } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import * as x509 from '@peculiar/x509';

/**
 * What the contenders talk to, in a process of its own: a hub, ARM's `listKeys`, a table, and the identity endpoint.
 * It answers at once and does as little as it can, so that the contenders are what is measured. The first message to
 * the parent says where it listens.
 */

const KEY = Buffer.from('key of the bench').toString('base64');

async function certificates() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 24 * 3_600_000),
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'dns', value: 'management.azure.com' },
        { type: 'dns', value: '*.table.core.windows.net' },
        { type: 'dns', value: '*.blob.core.windows.net' },
      ]),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`,
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
}

async function main(): Promise<void> {
  const { cert, key } = await certificates();
  let tableRequests = 0;
  const azure = createHttpsServer({ cert, key, keepAlive: true }, (request, response) => {
    const url = request.url ?? '';
    if (url.startsWith('/hub/messages/')) {
      request.resume();
      response.writeHead(201, {
        trackingid: 'bench',
        location: 'https://localhost/hub/messages/1?api-version=2020-06',
        'content-length': 0,
      });
      response.end();
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (url === '/$batch') {
        // Every inner request is done; an insert of a row that is there is what no run of this bench makes.
        tableRequests++;
        const inner = body.split('HTTP/1.1').length - 1;
        response.writeHead(202, { 'content-type': 'multipart/mixed; boundary=b' });
        response.end(
          '--c\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'.repeat(inner),
        );
      } else if (url.includes('/listKeys')) {
        response.writeHead(200, { 'content-type': 'application/json' });
        const endpoint = `sb://localhost:${(azure.address() as AddressInfo).port}/`;
        const primaryConnectionString = `Endpoint=${endpoint};SharedAccessKeyName=relay;SharedAccessKey=${KEY}`;
        response.end(JSON.stringify({ primaryConnectionString }));
      } else if (request.method === 'GET') {
        response.writeHead(404).end('{}');
      } else {
        tableRequests++;
        response.writeHead(204).end();
      }
    });
  });
  // Longer than a contender waits for its next turn.
  azure.keepAliveTimeout = 120_000;
  const port = await listen(azure);
  // For the hosts whose names are Azure's own; the hub is spoken to directly.
  const proxy = createHttpServer((_, response) => response.writeHead(403).end());
  proxy.on('connect', (_request, client: Socket) => {
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  });
  const identity = createHttpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'token', expires_on: Math.floor(Date.now() / 1000) + 3600 }));
  });
  // Any message asks how many requests the table has had.
  process.on('message', () => process.send?.(tableRequests));
  process.on('disconnect', () => process.exit(0));
  // It never sleeps: the system would charge waking it up to the process that sends.
  const spin = () => setImmediate(spin);
  spin();
  process.send?.({
    ca: cert,
    hub: `https://localhost:${port}`,
    proxy: `http://127.0.0.1:${await listen(proxy)}`,
    identity: `http://127.0.0.1:${await listen(identity)}/msi/token`,
    key: KEY,
  });
}

void main();
