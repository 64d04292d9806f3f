import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  CallAutomationClient,
  type CallInvite,
  type CreateCallResult,
} from '@azure/communication-call-automation';
import { createIdentifierFromRawId } from '@azure/communication-common';
import type { TokenCredential } from '@azure/identity';
import { clientOptions, DEPLOYER, startLocalAzure, type LocalAzure } from '../../../../azure';
import { CertificateAuthority } from '../../../../azure/core/front/certificates';
import { ManualClock } from '../../../../azure/core/clock';
import { arm, send } from '../../../support/clients';
import { ACS_ID, apnsCredential, GROUP, HUB_ID, NAMESPACE_ID, PREVIEW } from '../../../support/harness';

type Callee = CallInvite['targetParticipant'];

const AUDIENCE = 'https://communication.azure.com';
const CALLBACK = 'https://nobody.example/calls';
const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const OWNER_OF_COMMUNICATION = '09976791-48a7-449e-bb21-39d1a415f350';

/** Judged by `@azure/communication-call-automation`, through the proxy, as it comes. */
describe('Call Automation in local Azure', () => {
  const clock = new ManualClock();
  const logged: string[] = [];
  let azure: LocalAzure;
  let host: string;
  let alice: string;

  beforeAll(async () => {
    azure = await startLocalAzure({ clock, log: (line) => logged.push(line) });
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    const body = { location: 'global', properties: { dataLocation: 'Europe', disableLocalAuth: true } };
    const { properties } = (await arm(azure, 'PUT', ACS_ID, '2025-05-01', body)).json;
    host = properties.hostName;
    alice = `8:acs:${properties.immutableResourceId}_0000000a-alice`;
    await arm(azure, 'PUT', NAMESPACE_ID, PREVIEW, { location: 'westeurope', sku: { name: 'Basic' } });
    await arm(azure, 'PUT', HUB_ID, PREVIEW, { location: 'westeurope', properties: apnsCredential() });
    const rule = `${HUB_ID}/authorizationRules/send-only`;
    await arm(azure, 'PUT', rule, PREVIEW, { properties: { rights: ['Send'] } });
    const keys = await arm(azure, 'POST', `${rule}/listKeys`, PREVIEW);
    const connectionString = keys.json.primaryConnectionString;
    const link = { resourceId: HUB_ID, connectionString };
    await arm(azure, 'POST', `${ACS_ID}/linkNotificationHub`, '2025-05-01', link);
    azure.services.communication.registerDevice({
      acsId: ACS_ID,
      rawId: alice,
      platform: 'apns',
      handle: 'a1',
      ttlSeconds: 180 * 86_400,
    });
  });
  afterAll(async () => azure?.close());

  beforeEach(() => {
    azure.context.inbox.length = 0;
    logged.length = 0;
  });

  const credential = (
    principal: { objectId: string; clientId: string } = DEPLOYER,
    audience = AUDIENCE,
  ): TokenCredential => ({
    getToken: async () => ({
      token: (await azure.entra.issueToken({ ...principal, audience })).token,
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  });
  const client = (signedInAs = credential()) =>
    new CallAutomationClient(`https://${host}`, signedInAs, {
      ...clientOptions(azure.endpoints),
      retryOptions: { maxRetries: 0 },
    });
  const ring = (rawId = alice, callback = CALLBACK, by = client()): Promise<CreateCallResult> =>
    by.createCall({ targetParticipant: createIdentifierFromRawId(rawId) as Callee }, callback);
  const stateOf = async ({ callConnection }: CreateCallResult) =>
    (await callConnection.getCallConnectionProperties()).callConnectionState;
  const refusal = (statusCode: number, code: string) => expect.objectContaining({ statusCode, code });

  function withRole(name: string, roleId?: string) {
    const principal = azure.directory.addServicePrincipal(name, 'secret');
    if (roleId !== undefined) {
      azure.context.store.put({
        id: `${ACS_ID}/providers/Microsoft.Authorization/roleAssignments/${principal.objectId}`,
        name: principal.objectId,
        type: 'Microsoft.Authorization/roleAssignments',
        properties: {
          principalId: principal.objectId,
          roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
          scope: ACS_ID,
        },
      });
    }
    return client(credential(principal));
  }

  test('a call rings the phone through the linked hub, and is connecting until somebody hangs up', async () => {
    const call = await ring();
    expect(azure.context.inbox).toMatchObject([{ handle: 'a1', hubId: HUB_ID }]);
    expect(call.callConnectionProperties).toMatchObject({
      callConnectionState: 'connecting',
      targetParticipants: [{ communicationUserId: alice }],
      serverCallId: expect.any(String),
    });
    expect(await stateOf(call)).toBe('connecting');
    await call.callConnection.hangUp(true);
    await clock.advance(0);
    await expect(stateOf(call)).rejects.toEqual(refusal(404, '8522'));
  });

  test('hanging up for oneself ends it too', async () => {
    const call = await ring();
    await call.callConnection.hangUp(false);
    await clock.advance(0);
    await expect(call.callConnection.hangUp(true)).rejects.toEqual(refusal(404, '8522'));
  });

  test('a call that nobody answers ends by itself after 30 seconds', async () => {
    const call = await ring();
    await clock.advance(29_999);
    expect(await stateOf(call)).toBe('connecting');
    await clock.advance(1);
    await expect(stateOf(call)).rejects.toEqual(refusal(404, '8522'));
  });

  test('Event Grid hears of it as of every other call', async () => {
    const raised: string[] = [];
    const publish = jest
      .spyOn(azure.services.eventGrid, 'publish')
      .mockImplementation((_, { eventType }) => void raised.push(eventType));
    try {
      const call = await ring();
      await call.callConnection.hangUp(true);
      await clock.advance(0);
      expect(raised).toEqual([
        'Microsoft.Communication.CallStarted',
        'Microsoft.Communication.IncomingCall',
        'Microsoft.Communication.CallEnded',
      ]);
    } finally {
      publish.mockRestore();
    }
  });

  test('a call to nobody is placed and rings nobody', async () => {
    const call = await ring(alice.replace('alice', 'carol'));
    expect(call.callConnectionProperties.callConnectionState).toBe('connecting');
    expect(azure.context.inbox).toEqual([]);
    await call.callConnection.hangUp(true);
  });

  test('Teams users can be called, and numbers from a number of the resource', async () => {
    const teamsUser = '8:orgid:0f0e0d0c-0000-0000-0000-000000000001';
    const call = await ring(teamsUser);
    expect(call.callConnectionProperties.targetParticipants).toMatchObject([{ rawId: teamsUser }]);
    const number = { phoneNumber: '+15551234567' };
    await client().createCall(
      { targetParticipant: number, sourceCallIdNumber: { phoneNumber: '+15557654321' } },
      CALLBACK,
    );
    await expect(client().createCall({ targetParticipant: number }, CALLBACK)).rejects.toEqual(
      refusal(400, '8523'),
    );
  });

  test.each([
    ['a user of another resource', '8:acs:00000000-0000-0000-0000-00000000000a_0000000a-bob', '7602'],
    ['an id that means nothing', '8:acs:alice', '7602'],
    ['a bot', '28:orgid:0f0e0d0c-0000-0000-0000-000000000001', '8523'],
  ])('%s cannot be called', async (_, rawId, code) => {
    await expect(ring(rawId)).rejects.toEqual(refusal(400, code));
  });

  test.each([['http://nobody.example/calls'], ['nowhere']])(
    'a callback at %s is refused',
    async (callback) => {
      await expect(ring(alice, callback)).rejects.toEqual(refusal(400, '8523'));
    },
  );

  test('whoever may write the resource may call; whoever may read it may not', async () => {
    await expect(ring(alice, CALLBACK, withRole('nobody'))).rejects.toEqual(refusal(403, '7504'));
    await expect(ring(alice, CALLBACK, withRole('reader', READER))).rejects.toEqual(refusal(403, '7504'));
    for (const role of [CONTRIBUTOR, OWNER_OF_COMMUNICATION]) {
      const { callConnection } = await ring(alice, CALLBACK, withRole(role, role));
      await callConnection.hangUp(true);
    }
  });

  test('a token for something else, or none, opens nothing', async () => {
    const other = client(credential(DEPLOYER, 'https://management.azure.com'));
    await expect(ring(alice, CALLBACK, other)).rejects.toEqual(refusal(401, '7501'));
    const url = `https://${host}/calling/callConnections/x?api-version=2026-03-12`;
    expect(await send(azure, 'GET', url)).toMatchObject({ status: 401 });
  });

  test('a request that is repeated does not ring twice', async () => {
    const { token } = await azure.entra.issueToken({ ...DEPLOYER, audience: AUDIENCE });
    const url = `https://${host}/calling/callConnections?api-version=2026-03-12`;
    const body = { targets: [{ communicationUser: { id: alice } }], callbackUri: CALLBACK };
    const headers = {
      'repeatability-request-id': 'r1',
      'repeatability-first-sent': new Date().toUTCString(),
    };
    const first = await send(azure, 'POST', url, { body, token, headers });
    expect(await send(azure, 'POST', url, { body, token, headers })).toMatchObject({ json: first.json });
    expect(azure.context.inbox).toHaveLength(1);
    expect(await send(azure, 'POST', url, { body, token })).toMatchObject({ status: 400 });
  });

  test('a host without a resource is not found', async () => {
    const url = 'https://acs-other.europe.communication.azure.com/calling/callConnections';
    expect(await send(azure, 'POST', url)).toMatchObject({ status: 404 });
  });

  test('a call that somebody answers is connected, and both its events reach the callback', async () => {
    const received: any[] = [];
    const { server, url } = await callbackServer(azure, (events) => received.push(...events));
    const user = { acsId: ACS_ID, rawId: alice };
    await azure.control('POST', '/answering', { ...user, afterSeconds: 5 });
    try {
      const call = await ring(alice, url);
      await clock.advance(4_999);
      expect(await stateOf(call)).toBe('connecting');
      await clock.advance(1);
      expect(await stateOf(call)).toBe('connected');
      await until(() => received.length === 1);
      await call.callConnection.hangUp(true);
      await until(() => received.length === 2);
    } finally {
      await azure.control('DELETE', '/answering', user);
      server.close();
    }
    expect(received.map(({ type }) => type)).toEqual([
      'Microsoft.Communication.CallConnected',
      'Microsoft.Communication.CallDisconnected',
    ]);
  });

  test('the end of a call is told to its callback; one that cannot be reached is logged', async () => {
    const received: any[] = [];
    const { server, url } = await callbackServer(azure, (events) => received.push(...events));
    try {
      for (const callback of [url, CALLBACK]) {
        const call = await ring(alice, callback);
        await call.callConnection.hangUp(true);
      }
      await until(() => received.length > 0 && logged.some((line) => line.includes('nobody.example')));
    } finally {
      server.close();
    }
    expect(received).toMatchObject([
      {
        type: 'Microsoft.Communication.CallDisconnected',
        specversion: '1.0',
        data: { callConnectionId: expect.any(String), resultInformation: { code: 487 } },
      },
    ]);
    expect(logged.join('\n')).toContain(
      'CallDisconnected of a call did not reach https://nobody.example/calls',
    );
  });
});

/** An https endpoint on loopback with a certificate that local Azure trusts. */
async function callbackServer(azure: LocalAzure, take: (events: any[]) => void) {
  const folder = azure.endpoints.certificateFile.replace(/[^/]+$/, '');
  const { key, cert } = await (await CertificateAuthority.open(folder)).issue('localhost');
  const server: Server = createServer({ key, cert }, (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      take(JSON.parse(text));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `https://localhost:${(server.address() as AddressInfo).port}/calls` };
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 10));
}
