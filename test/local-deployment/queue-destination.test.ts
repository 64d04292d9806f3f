import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import {
  CommunicationEvents,
  CommunicationService,
  KeylessStorageAccount,
  NotificationHub,
  StorageQueueDestination,
} from '../../constructs';
import { startLocalCloud, type LocalCloud } from '../../testing/local/local-cloud';
import { send, tokenOf } from '../../local/test/support/clients';
import { TerraformFolder } from '../../local/test/terraform/terraform';
import { pkcs8 } from '../support/keys';
import { apnsCredential } from '../support/samples';
import { newStack, synth } from '../support/synth';

let cloud: LocalCloud;
let folder: TerraformFolder;

beforeAll(async () => {
  cloud = await startLocalCloud({ providers: 'stand-in' });
  folder = new TerraformFolder(cloud.environment['TF_REATTACH_PROVIDERS']!);
});

afterAll(async () => {
  folder?.remove();
  await cloud?.close();
});

test('events come to a storage queue by the identity of the topic, and rights are given, in one deploy', async () => {
  const stack = newStack();
  const resourceGroup = new ResourceGroup(stack, 'Group', { name: 'rg-queue', location: 'westeurope' });
  const communicationService = new CommunicationService(stack, 'Acs', {
    resourceGroup,
    name: 'acs-queue',
    dataLocation: 'Europe',
  });
  const hub = new NotificationHub(stack, 'Hub', {
    resourceGroup,
    namespaceName: 'ntfns-queue',
    name: 'ntf-queue',
    apns: apnsCredential(stack),
  });
  hub.grantSend(
    new UserAssignedIdentity(stack, 'Backend', {
      name: 'id-backend',
      location: resourceGroup.location,
      resourceGroupName: resourceGroup.name,
    }),
  );
  const storage = new KeylessStorageAccount(stack, 'Storage', { resourceGroup, name: 'stqueue' });
  const events = new CommunicationEvents(stack, 'Events', {
    resourceGroup,
    communicationService,
    systemTopicName: 'evgst-queue',
    deadLetterContainer: { storage, identityName: 'id-queue' },
  });
  events.addSubscription('Chat', {
    name: 'evgs-chat',
    eventTypes: ['Microsoft.Communication.ChatMessageReceived'],
    destination: new StorageQueueDestination({
      storage,
      queueName: 'acs-events',
      queueMessageTimeToLiveInSeconds: 600,
    }),
  });
  folder.write(synth(stack).json);
  await folder.init();
  const variables = { apns_token: pkcs8('P-256') };
  await folder.apply(variables);
  expect(await folder.plan(variables)).toContain('No changes.');

  const { azure } = cloud;
  const acsId = `/subscriptions/${azure.endpoints.subscriptionId}/resourceGroups/rg-queue/providers/Microsoft.Communication/communicationServices/acs-queue`;
  const raised = await fetch(`${azure.endpoints.control}/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${azure.endpoints.controlToken}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      acsId,
      eventType: 'Microsoft.Communication.ChatMessageReceived',
      subject: '/chat',
      data: { messageBody: 'hello' },
    }),
  });
  expect(raised.ok).toBe(true);
  const message = await firstMessage();
  expect(JSON.parse(Buffer.from(message, 'base64').toString('utf8'))).toMatchObject({
    subject: '/chat',
    eventType: 'Microsoft.Communication.ChatMessageReceived',
    data: { messageBody: 'hello' },
  });
}, 300_000);

/** Waits for it: delivery goes on by itself. */
async function firstMessage(): Promise<string> {
  const token = await tokenOf(cloud.azure, 'https://storage.azure.com');
  for (;;) {
    const { text } = await send(
      cloud.azure,
      'GET',
      'https://stqueue.queue.core.windows.net/acs-events/messages?peekonly=true',
      { token, headers: { 'x-ms-version': '2023-11-03' } },
    );
    const found = /<MessageText>([^<]+)<\/MessageText>/.exec(text)?.[1];
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
