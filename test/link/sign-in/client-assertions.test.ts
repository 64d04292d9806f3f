import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, SignJWT } from 'jose';
import { TENANT_ID } from '../../../local/azure';
import { pemOf } from '../../../link/sign-in/pkcs12';
import { CERTIFICATES, PFX_PASSWORD, SignInWorld } from './support/sign-in-world';
import { send } from '../../../local/test/support/clients';

const TOKEN_URL = `https://login.microsoftonline.com/${TENANT_ID}/oauth2/v2.0/token`;

describe('client assertions in Entra ID of local Azure', () => {
  let world: SignInWorld;
  beforeAll(async () => {
    world = await SignInWorld.start();
  });
  afterAll(() => world.close());

  const present = (assertion: string) =>
    send(world.azure, 'POST', TOKEN_URL, {
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: world.application.clientId,
        scope: 'https://management.azure.com/.default',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  /** An assertion as an application makes it; by a bundle of the tests' certificates. */
  const signed = (over: { pfx?: string; thumbprintOf?: string; claims?: object; header?: object } = {}) => {
    const { clientId } = world.application;
    const pem = (name: string) => pemOf(readFileSync(join(CERTIFICATES, name)), PFX_PASSWORD);
    const key = pem(over.pfx ?? 'aes.pfx');
    const fingerprint = new X509Certificate(pem(over.thumbprintOf ?? over.pfx ?? 'aes.pfx')).fingerprint256;
    const x5t = Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: clientId,
      sub: clientId,
      aud: TOKEN_URL,
      jti: 'one',
      nbf: now,
      exp: now + 600,
      ...over.claims,
    })
      .setProtectedHeader({ alg: 'PS256', 'x5t#S256': x5t, ...over.header })
      .sign(createPrivateKey(key.slice(key.indexOf('-----BEGIN PRIVATE'))));
  };

  test('a certificate of the application signs it in, by any of the thumbprints that clients send', async () => {
    const { fingerprint } = new X509Certificate(readFileSync(join(CERTIFICATES, 'app.crt')));
    const sha1 = Buffer.from(fingerprint.replaceAll(':', ''), 'hex');
    const without = { 'x5t#S256': undefined };
    for (const header of [
      {},
      { ...without, x5t: sha1.toString('base64url') },
      // azurerm's: base64 for URLs, with padding, as kid.
      { ...without, alg: 'RS256', kid: sha1.toString('base64').replace(/\+/g, '-').replace(/\//g, '_') },
    ]) {
      const { status, json } = await present(await signed({ header }));
      expect(status).toBe(200);
      expect(decodeJwt(json.access_token)).toMatchObject({ appid: world.application.clientId });
    }
  });

  test.each<[string, Parameters<typeof signed>[0], string]>([
    ['a certificate that is not registered', { pfx: 'not-registered.pfx' }, 'AADSTS700027'],
    [
      'the thumbprint of a registered one over the signature of another',
      { pfx: 'not-registered.pfx', thumbprintOf: 'aes.pfx' },
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
    const { status } = await present(await world.endpoints.token({ subject: 'token' }));
    expect(status).toBe(200);
  });

  test.each<[string, () => Promise<string>, string]>([
    [
      'about a subject that no credential names',
      () => world.endpoints.token({ subject: 'other' }),
      'AADSTS700213',
    ],
    [
      'for another audience',
      () => world.endpoints.token({ subject: 'token', audience: 'https://github.com' }),
      'AADSTS700212',
    ],
    [
      'of an issuer that no credential names',
      () => world.endpoints.token({ subject: 'token', issuer: 'https://elsewhere.example' }),
      'AADSTS700211',
    ],
    ['that has expired', () => world.endpoints.token({ subject: 'token', expires: '-1h' }), 'AADSTS700024'],
    [
      'signed by a key that the issuer does not publish',
      () => world.endpoints.token({ subject: 'token' }, 'foreign'),
      'AADSTS700027',
    ],
  ])('refuses a token %s', async (_, token, code) => {
    const { status, json } = await present(await token());
    expect([status, json.error_description]).toEqual([401, expect.stringContaining(`${code}: `)]);
  });

  test('says that the keys of a trusted issuer cannot be read', async () => {
    const gone = 'http://127.0.0.1:9';
    const subject = { subject: 'token', audience: 'api://AzureADTokenExchange' };
    world.azure.directory.add({
      ...world.application,
      federatedCredentials: [{ issuer: gone, ...subject }],
    });
    const { json } = await present(await world.endpoints.token({ ...subject, issuer: gone }));
    world.azure.directory.add(world.application);
    expect(json.error_description).toContain(`AADSTS50166: the keys of '${gone}' cannot be read`);
  });

  test('refuses an application that presents neither secret nor assertion', async () => {
    const answer = await send(world.azure, 'POST', TOKEN_URL, {
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: world.application.clientId,
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
