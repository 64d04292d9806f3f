import { decodeJwt, SignJWT } from 'jose';
import { startLocalAzure, TENANT_ID, type LocalAzure } from '../../../../azure';
import type { Principal } from '../../../../azure/core/access/directory';
import {
  applicationCertificate,
  type ApplicationCertificate,
} from '../../../support/application-certificate';
import { send } from '../../../support/clients';
import { TokenIssuer } from '../../../support/token-issuer';

const TOKEN_URL = `https://login.microsoftonline.com/${TENANT_ID}/oauth2/v2.0/token`;
const AUDIENCE = 'api://AzureADTokenExchange';

describe('client assertions in Entra ID of local Azure', () => {
  let azure: LocalAzure;
  let issuer: TokenIssuer;
  let application: Principal;
  let certificates: Readonly<Record<'registered' | 'other', ApplicationCertificate>>;

  beforeAll(async () => {
    azure = await startLocalAzure();
    issuer = await TokenIssuer.start();
    certificates = { registered: await applicationCertificate(), other: await applicationCertificate() };
    application = azure.directory.addServicePrincipal('application of the tests', {
      certificates: [certificates.registered.pem],
      federatedCredentials: [{ issuer: issuer.url, subject: 'token', audience: AUDIENCE }],
    });
  });
  afterAll(async () => {
    await issuer?.close();
    await azure?.close();
  });

  const present = (assertion: string) =>
    send(azure, 'POST', TOKEN_URL, {
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: application.clientId,
        scope: 'https://management.azure.com/.default',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  /** An assertion as an application makes it. */
  const signed = ({
    by = 'registered',
    thumbprintOf = by,
    claims,
    header,
  }: {
    by?: 'registered' | 'other';
    thumbprintOf?: 'registered' | 'other';
    claims?: object;
    header?: object;
  } = {}) => {
    const { clientId } = application;
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: clientId,
      sub: clientId,
      aud: TOKEN_URL,
      jti: 'one',
      nbf: now,
      exp: now + 600,
      ...claims,
    })
      .setProtectedHeader({
        alg: 'PS256',
        'x5t#S256': certificates[thumbprintOf].sha256.toString('base64url'),
        ...header,
      })
      .sign(certificates[by].privateKey);
  };

  test('a certificate of the application signs it in, by any of the thumbprints that clients send', async () => {
    const { sha1 } = certificates.registered;
    const without = { 'x5t#S256': undefined };
    for (const header of [
      {},
      { ...without, x5t: sha1.toString('base64url') },
      // azurerm's: base64 for URLs, with padding, as kid.
      { ...without, alg: 'RS256', kid: sha1.toString('base64').replace(/\+/g, '-').replace(/\//g, '_') },
    ]) {
      const { status, json } = await present(await signed({ header }));
      expect(status).toBe(200);
      expect(decodeJwt(json.access_token)).toMatchObject({ appid: application.clientId });
    }
  });

  test.each<[string, Parameters<typeof signed>[0], string]>([
    ['a certificate that is not registered', { by: 'other' }, 'AADSTS700027'],
    [
      'the thumbprint of a registered one over the signature of another',
      { by: 'other', thumbprintOf: 'registered' },
      'AADSTS700027',
    ],
    ['no thumbprint', { header: { 'x5t#S256': undefined } }, 'AADSTS700027'],
    ['another audience', { claims: { aud: 'https://management.azure.com' } }, 'AADSTS700023'],
    ['another subject', { claims: { sub: 'somebody-else' } }, 'AADSTS700021'],
    [
      'an assertion that has expired',
      { claims: { exp: Math.floor(Date.now() / 1000) - 3600 } },
      'AADSTS700024',
    ],
    [
      'one that does not hold yet',
      { claims: { nbf: Math.floor(Date.now() / 1000) + 3600, exp: Math.floor(Date.now() / 1000) + 7200 } },
      'AADSTS700024',
    ],
    ['one that holds for ever', { claims: { exp: undefined } }, 'AADSTS50027'],
  ])('refuses %s', async (_, over, code) => {
    const { status, json } = await present(await signed(over));
    expect([status, json.error, json.error_description]).toEqual([
      401,
      'invalid_client',
      expect.stringContaining(`${code}: `),
    ]);
  });

  test('refuses what is no JWT', async () => {
    expect((await present('not-a-token')).json.error_description).toContain('AADSTS50027: ');
  });

  test('a token of a trusted issuer signs the application in', async () => {
    const { status } = await present(await issuer.token({ subject: 'token' }));
    expect(status).toBe(200);
  });

  test.each<[string, () => Promise<string>, string]>([
    ['about a subject that no credential names', () => issuer.token({ subject: 'other' }), 'AADSTS700213'],
    [
      'for another audience',
      () => issuer.token({ subject: 'token', audience: 'https://github.com' }),
      'AADSTS700212',
    ],
    [
      'of an issuer that no credential names',
      () => issuer.token({ subject: 'token', issuer: 'https://elsewhere.example' }),
      'AADSTS700211',
    ],
    ['that has expired', () => issuer.token({ subject: 'token', expires: '-1h' }), 'AADSTS700024'],
    [
      'signed by a key that the issuer does not publish',
      () => issuer.token({ subject: 'token' }, 'foreign'),
      'AADSTS700027',
    ],
  ])('refuses a token %s', async (_, token, code) => {
    const { status, json } = await present(await token());
    expect([status, json.error_description]).toEqual([401, expect.stringContaining(`${code}: `)]);
  });

  test('says that the keys of a trusted issuer cannot be read', async () => {
    const gone = 'http://127.0.0.1:9';
    const subject = { subject: 'token', audience: AUDIENCE };
    azure.directory.add({
      ...application,
      federatedCredentials: [{ issuer: gone, ...subject }],
    });
    const { json } = await present(await issuer.token({ ...subject, issuer: gone }));
    azure.directory.add(application);
    expect(json.error_description).toContain(`AADSTS50166: the keys of '${gone}' cannot be read`);
  });

  test('refuses an application that presents neither secret nor assertion', async () => {
    const answer = await send(azure, 'POST', TOKEN_URL, {
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: application.clientId,
        scope: 'https://management.azure.com/.default',
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([answer.status, answer.json.error_description]).toEqual([
      401,
      expect.stringContaining('AADSTS7000218: '),
    ]);
  });
});
