import { checkedApiUrl, checkedAudience, checkedBlobUrl } from '../../cli/checked-values';
import { BadInput } from '../../cli/bad-input';
import { StackParts } from '../../cli/stack-parts';
import { STACK_OUTPUTS, type StackOutput } from '../../link/stack-outputs';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg';
const HUB = `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/ns/notificationHubs/hub`;
const APP_ID = '00000000-0000-0000-0000-00000000000a';

const read = (output: StackOutput, value: string) =>
  new StackParts('prod', '', { [STACK_OUTPUTS[output]]: value }).text(output);

describe('an output of a stack, which says where an access token goes', () => {
  test.each<[StackOutput, string]>([
    ['communicationServiceId', `${GROUP}/providers/Microsoft.Communication/communicationServices/acs`],
    ['relayHubId', HUB],
    ['relayPolicyId', `${HUB}/authorizationRules/send`],
    ['functionAppId', `${GROUP}/providers/Microsoft.Web/sites/func`],
    ['functionAppHost', 'func-app-a1b2.westeurope-01.azurewebsites.net'],
    ['relayStorageAccount', 'stcontoso'],
    ['relayDeadLetterContainer', 'deadletter'],
    ['devicesApiUrl', 'https://func-app.azurewebsites.net/api'],
    ['devicesApiAudience', 'api://contoso-devices'],
    ['devicesApiAudience', `api://${APP_ID}/v1`],
    ['devicesApiAudience', APP_ID],
  ])('%s is taken: %s', (output, value) => {
    expect(read(output, value)).toBe(value);
  });

  test.each<[StackOutput, string]>([
    ['communicationServiceId', HUB],
    ['callingPolicyId', HUB],
    ['voipPolicyId', '/rule'],
    ['relayPolicyId', `${GROUP}/providers/Microsoft.Web/sites/func`],
    ['functionAppId', `${GROUP}/providers/Microsoft.Storage/storageAccounts/st`],
    ['functionAppHost', 'localhost:19991'],
    ['functionAppHost', 'evil.example/func.azurewebsites.net'],
    ['functionAppHost', 'evil.example#.azurewebsites.net'],
    ['relayStorageAccount', 'localhost:19443/evil?x='],
    ['eventGridStorageAccount', 'evil.example/'],
    ['relayDeadLetterContainer', '../other'],
    ['devicesApiUrl', 'http://127.0.0.1:19991/api'],
    ['devicesApiUrl', 'http://func.azurewebsites.net/api'],
    ['devicesApiUrl', 'https://evil.example/api'],
    ['devicesApiUrl', 'https://func.azurewebsites.net@evil.example/api'],
    ['devicesApiUrl', 'https://func.azurewebsites.net:8443/api'],
    ['devicesApiAudience', 'https://management.azure.com'],
    ['devicesApiAudience', 'https://storage.azure.com/.default'],
    ['devicesApiAudience', '797f4846-ba00-4fd7-ba43-dac1f8f63013'],
    ['devicesApiAudience', 'api://E406A681-f3d4-42a8-90b6-c2b029497af1'],
    ['devicesApiAudience', '00000003-0000-0000-c000-000000000000'],
  ])('%s is refused, by its name: %s', (output, value) => {
    expect(() => read(output, value)).toThrow(BadInput);
    expect(() => read(output, value)).toThrow(`the output '${STACK_OUTPUTS[output]}' of the stack 'prod'`);
  });
});

test.each([
  'http://a.example/api',
  'ftp://a.example',
  'a.example',
  'https://a@b.example/api',
  'https://a.example/api?x=',
])('--devices-api takes https and nothing else: %s', (url) => {
  expect(() => checkedApiUrl('--devices-api', url)).toThrow('--devices-api takes the address of the API');
});

test('--devices-api may be on a domain of your own', () => {
  expect(checkedApiUrl('--devices-api', 'https://devices.contoso.com/api/')).toBe(
    'https://devices.contoso.com/api',
  );
});

test('--audience opens nothing of Azure', () => {
  expect(() => checkedAudience('--audience', 'https://management.azure.com/')).toThrow(
    "--audience takes the application id of the devices API, or its api:// URI, got 'https://management.azure.com/'",
  );
});

test.each([
  'https://evil.example/container/key',
  'https://st.blob.core.windows.net.evil.example/c/k',
  'https://st.blob.core.windows.net:8443/c/k',
  'https://st.blob.core.windows.net@evil.example/c/k',
  'http://sttf.blob.core.windows.net/c/k',
  'https://localhost:19443/evil?x=.blob.core.windows.net/c/k',
])('the blob of a state is in Azure Storage, and not %s', (url) => {
  expect(() => checkedBlobUrl('--state-blob', url)).toThrow(/^--state-blob takes https:/);
});

test.each([
  'https://sttf.blob.core.windows.net/tfstate/app/prod.tfstateenv%3Ablue',
  'https://sttf.z12.blob.storage.azure.net/tfstate/prod.tfstate',
])('the blob of a state may be %s', (url) => {
  expect(checkedBlobUrl('--state-blob', url)).toBe(url);
});
