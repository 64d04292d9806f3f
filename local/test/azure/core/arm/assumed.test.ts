import { startLocalAzure, type LocalAzure } from '../../../../azure';
import { arm, send, tokenOf } from '../../../support/clients';
import { GROUP } from '../../../support/resources';

/** What no source states of requests that are out of rule: docs/local-azure.md has each with its doubt. */
const PROVIDERS = `${GROUP}/providers`;
const COMMUNICATION = `${PROVIDERS}/Microsoft.Communication/communicationServices/acs-all`;
const WORKSPACE = `${PROVIDERS}/Microsoft.OperationalInsights/workspaces/law-all`;
const TOPIC = `${PROVIDERS}/Microsoft.EventGrid/systemTopics/evgt-all`;
const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/stassumed`;

let azure: LocalAzure;
beforeAll(async () => {
  azure = await startLocalAzure();
  await arm(azure, 'PUT', GROUP, '2024-03-01', { location: 'westeurope' });
});
afterAll(() => azure.close());

const putCommunication = (properties: object, beside: object = {}) =>
  arm(azure, 'PUT', COMMUNICATION, '2025-05-01', {
    location: 'global',
    properties: { dataLocation: 'Europe', ...properties },
    ...beside,
  });

async function putTopic(): Promise<void> {
  await putCommunication({});
  await arm(azure, 'PUT', TOPIC, '2025-02-15', {
    location: 'global',
    properties: { source: COMMUNICATION, topicType: 'Microsoft.Communication.CommunicationServices' },
  });
}

const putAccount = () =>
  arm(azure, 'PUT', ACCOUNT, '2023-05-01', {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_LRS' },
    properties: {},
  });

test('members of properties that a type does not know are refused by none; whole documents keep them', async () => {
  const communication = await putCommunication({ colour: 'red' });
  expect([communication.status, communication.json.properties.colour]).toEqual([200, undefined]);
  const { status, json } = await arm(azure, 'PUT', WORKSPACE, '2022-10-01', {
    location: 'westeurope',
    properties: { colour: 'red' },
  });
  expect([status, json.properties.colour]).toEqual([200, 'red']);
});

test.each([
  ['networkAcls', 'Microsoft.NotificationHubs/namespaces/nhns-kind', '2023-10-01-preview', 'none'],
  ['workspaceCapping', 'Microsoft.OperationalInsights/workspaces/law-kind', '2022-10-01', 'none'],
  ['filter', 'Microsoft.EventGrid/systemTopics/evgt-all/eventSubscriptions/kind', '2025-02-15', 1],
])('%s of another kind than its type reads are refused', async (member, below, version, value) => {
  if (member === 'filter') await putTopic();
  const { status, json } = await arm(azure, 'PUT', `${PROVIDERS}/${below}`, version, {
    location: 'westeurope',
    properties: { [member]: value },
  });
  expect([status, json.error.code]).toEqual([400, 'InvalidRequestContent']);
  expect(json.error.message).toContain(`'properties.${member}'`);
});

test.each([
  ['51 tags', Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, 'a']))],
  ['a name of 513 characters', { ['n'.repeat(513)]: 'a' }],
  ['a value of 257 characters', { name: 'v'.repeat(257) }],
])('%s are refused', async (_, tags) => {
  const { status, json } = await putCommunication({}, { tags });
  expect([status, json.error.code]).toEqual([400, 'InvalidTags']);
});

test.each(['nhns-all.servicebus.windows.net', 'kv-all.vault.azure.net', 'login.microsoftonline.com'])(
  'a body of more than 4 MB is refused by %s',
  async (host) => {
    const namespace = `${PROVIDERS}/Microsoft.NotificationHubs/namespaces/nhns-all`;
    const place = { location: 'westeurope', sku: { name: 'Free' } };
    await arm(azure, 'PUT', namespace, '2023-10-01-preview', place);
    const { status, json } = await send(azure, 'POST', `https://${host}/any`, {
      body: 'a'.repeat(5 * 1024 * 1024),
    });
    expect([status, json.error.code]).toEqual([413, 'RequestEntityTooLarge']);
  },
);

test('a storage request on which Azurite breaks is refused with InvalidInput', async () => {
  await putAccount();
  const { status, json } = await send(azure, 'POST', 'https://stassumed.table.core.windows.net/$batch', {
    body: 'no batch',
    token: await tokenOf(azure, 'https://storage.azure.com'),
    headers: { 'content-type': 'multipart/mixed; boundary=b' },
  });
  expect([status, json['odata.error'].code]).toEqual([400, 'InvalidInput']);
});

test('a PATCH of an event subscription puts a filter in place of the one before', async () => {
  await putTopic();
  await putAccount();
  const subscription = `${TOPIC}/eventSubscriptions/patched`;
  const destination = {
    endpointType: 'StorageQueue',
    properties: { resourceId: ACCOUNT, queueName: 'events' },
  };
  await arm(azure, 'PUT', subscription, '2025-02-15', {
    properties: { destination, filter: { subjectBeginsWith: '/a' } },
  });
  const { json } = await arm(azure, 'PATCH', subscription, '2025-02-15', {
    filter: { subjectEndsWith: '/b' },
  });
  expect(json.properties.filter).toMatchObject({ subjectEndsWith: '/b' });
  expect(json.properties.filter.subjectBeginsWith ?? '').toBe('');
  expect(json.properties.destination).toMatchObject(destination);
});
