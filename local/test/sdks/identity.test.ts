import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import { cryptoProvider, X509CertificateGenerator } from '@peculiar/x509';
import { decodeJwt, exportJWK, SignJWT } from 'jose';
import { DEPLOYER, TENANT_ID } from '../../azure';
import { IdentityEndpoint } from '../../functions/identity-endpoint';
import { resourceClient } from '../support/clients';
import { all, GROUP_NAME, startSdkCloud, type SdkCloud } from './sdk-cloud';

const SCOPE = 'https://management.azure.com/.default';

describe('@azure/identity', () => {
  let cloud: SdkCloud;
  let folder: string;
  const environment = { ...process.env };

  beforeAll(async () => {
    cloud = await startSdkCloud();
    folder = mkdtempSync(join(tmpdir(), 'identity-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await cloud?.azure.close();
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
  });

  /** Whom the credential's token names. */
  const objectIdOf = async (credential: TokenCredential) => {
    const { token, expiresOnTimestamp } = (await credential.getToken(SCOPE))!;
    expect(expiresOnTimestamp).toBeGreaterThan(Date.now());
    return decodeJwt(token).oid;
  };

  test('a client secret, right and wrong', async () => {
    expect(await objectIdOf(cloud.credential)).toBe(DEPLOYER.objectId);
    const groups = await all(resourceClient(cloud.azure, cloud.credential).resourceGroups.list());
    expect(groups.map(({ name }) => name)).toEqual([GROUP_NAME]);
    const wrong = new ClientSecretCredential(TENANT_ID, DEPLOYER.clientId, 'wrong', cloud.options);
    await expect(wrong.getToken(SCOPE)).rejects.toThrow('AADSTS7000215');
    const nobody = new ClientSecretCredential(
      TENANT_ID,
      '0b0e0d0c-0000-4000-8000-000000000001',
      'a',
      cloud.options,
    );
    await expect(nobody.getToken(SCOPE)).rejects.toThrow('AADSTS700016');
  });

  test('the environment that local Azure prints', async () => {
    Object.assign(process.env, cloud.azure.environment);
    expect(await objectIdOf(new EnvironmentCredential(cloud.options))).toBe(DEPLOYER.objectId);
  });

  test('a certificate', async () => {
    const { certificate, privateKey } = await selfSigned();
    const { clientId, objectId } = cloud.azure.directory.addServicePrincipal('by-certificate', {
      certificates: [certificate],
    });
    const pem = { certificate: `${certificate}\n${privateKey}` };
    const credential = (pair: { certificate: string }) =>
      new ClientCertificateCredential(TENANT_ID, clientId, pair, cloud.options);
    expect(await objectIdOf(credential(pem))).toBe(objectId);
    const other = await selfSigned();
    await expect(
      credential({ certificate: `${other.certificate}\n${other.privateKey}` }).getToken(SCOPE),
    ).rejects.toThrow('AADSTS700027');
  });

  describe('a token of an issuer that the application trusts', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    let issuer: Server;
    let address: string;
    let clientId: string;
    let objectId: string;

    beforeAll(async () => {
      const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };
      issuer = createServer((request, response) => {
        const discovery = { issuer: address, jwks_uri: `${address}/keys` };
        response.end(JSON.stringify(request.url === '/keys' ? jwks : discovery));
      });
      await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
      ({ clientId, objectId } = cloud.azure.directory.addServicePrincipal('pipeline', {
        federatedCredentials: [
          { issuer: address, subject: 'repo:app', audience: 'api://AzureADTokenExchange' },
        ],
      }));
    });
    afterAll(() => issuer?.close());

    const assertion = (subject = 'repo:app') =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'RS256', kid: 'k' })
        .setIssuer(address)
        .setSubject(subject)
        .setAudience('api://AzureADTokenExchange')
        .setIssuedAt()
        .setExpirationTime('10m')
        .sign(privateKey);

    test('handed over', async () => {
      const credential = (subject?: string) =>
        new ClientAssertionCredential(TENANT_ID, clientId, () => assertion(subject), cloud.options);
      expect(await objectIdOf(credential())).toBe(objectId);
      await expect(credential('repo:other').getToken(SCOPE)).rejects.toThrow('AADSTS700213');
    });

    test('in a file, as workloads have it', async () => {
      const tokenFilePath = join(folder, 'token');
      writeFileSync(tokenFilePath, await assertion());
      const credential = new WorkloadIdentityCredential({
        ...cloud.options,
        tenantId: TENANT_ID,
        clientId,
        tokenFilePath,
      });
      expect(await objectIdOf(credential)).toBe(objectId);
    });
  });

  test('a managed identity, as an app of Functions asks for it', async () => {
    const identity = cloud.azure.directory.addServicePrincipal('app', {});
    const endpoint = new IdentityEndpoint({
      token: async (audience) => {
        const { token, expiresIn } = await cloud.azure.entra.issueToken({ ...identity, audience });
        return { accessToken: token, expiresOn: Math.floor(Date.now() / 1000) + expiresIn };
      },
    });
    try {
      Object.assign(process.env, await endpoint.start());
      const credential = new ManagedIdentityCredential({ clientId: identity.clientId });
      expect(await objectIdOf(credential)).toBe(identity.objectId);
    } finally {
      await endpoint.stop();
    }
  });
});

async function selfSigned(): Promise<{ certificate: string; privateKey: string }> {
  cryptoProvider.set(webcrypto as never);
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048 };
  const keys = await webcrypto.subtle.generateKey(
    { ...algorithm, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  );
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=app',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: algorithm,
    keys,
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${der.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----`;
  return { certificate: certificate.toString('pem'), privateKey };
}
