import { CallAutomationClient, parseCallAutomationEvent } from '@azure/communication-call-automation';
import { arm } from '../support/clients';
import { ACS_ID } from '../support/harness';
import { control, startSdkCloud, type SdkCloud } from './sdk-cloud';
import { Webhook } from './webhook';

describe('@azure/communication-call-automation', () => {
  const webhook = new Webhook();
  let cloud: SdkCloud;
  let client: CallAutomationClient;
  let callee: string;

  beforeAll(async () => {
    cloud = await startSdkCloud({ services: [webhook.service] });
    const body = { location: 'global', properties: { dataLocation: 'Europe' } };
    const { properties } = (await arm(cloud.azure, 'PUT', ACS_ID, '2025-05-01', body)).json;
    callee = `8:acs:${properties.immutableResourceId}_bob`;
    client = new CallAutomationClient(`https://${properties.hostName}`, cloud.credential, cloud.options);
  });
  afterAll(async () => cloud?.azure.close());

  const call = () =>
    client.createCall({ targetParticipant: { communicationUserId: callee } }, webhook.url, {
      operationContext: 'a-context',
    });

  test('calls somebody who answers, hears of it and hangs up', async () => {
    await control(cloud, 'POST', '/answering', { acsId: ACS_ID, rawId: callee, afterSeconds: 0 });
    const { callConnection, callConnectionProperties } = await call();
    expect(callConnectionProperties).toMatchObject({
      callConnectionId: expect.any(String),
      serverCallId: expect.any(String),
      targetParticipants: [{ communicationUserId: callee }],
    });

    const [connected] = await webhook.received(1);
    expect(parseCallAutomationEvent(JSON.parse(connected!)[0])).toMatchObject({
      kind: 'CallConnected',
      callConnectionId: callConnectionProperties.callConnectionId,
      operationContext: 'a-context',
    });
    expect((await callConnection.getCallConnectionProperties()).callConnectionState).toBe('connected');

    await callConnection.hangUp(true);
    const [, disconnected] = await webhook.received(2);
    expect(parseCallAutomationEvent(JSON.parse(disconnected!)[0]).kind).toBe('CallDisconnected');
    await expect(callConnection.getCallConnectionProperties()).rejects.toMatchObject({ statusCode: 404 });
    await control(cloud, 'DELETE', '/answering', { acsId: ACS_ID, rawId: callee });
  });

  test('is told what is not played: answering, and what one does in a call', async () => {
    await expect(client.answerCall('a-context', webhook.url)).rejects.toMatchObject({ statusCode: 405 });
    const { callConnection } = await call();
    await expect(
      callConnection.addParticipant({ targetParticipant: { communicationUserId: callee } }),
    ).rejects.toMatchObject({ statusCode: 405 });
    await callConnection.hangUp(true);
  });
});
