import {
  CommunicationService,
  NotificationHub,
  NotificationHubNamespace,
  SendOnlyPolicy,
} from '../../../constructs';
import {
  ACS_ID,
  apnsCredential,
  GROUP,
  HUB_ID,
  NAMESPACE_ID,
  OTHER_SUBSCRIPTION,
  RULE_ID,
  SUBSCRIPTION,
} from '../../support/samples';
import { errorOf, newStack, synth } from '../../support/synth';
import { TerraformVariable } from 'cdktf';

const last = (id: string) => id.split('/').at(-1)!;
const service = { resourceGroup: GROUP, name: last(ACS_ID), dataLocation: 'Europe' as const };

test('resource, namespace, hub and rule that exist are imported with the version of the API that writes them', () => {
  const stack = newStack();
  new CommunicationService(stack, 'Acs', { ...service, importFromId: ACS_ID });
  const namespace = new NotificationHubNamespace(stack, 'Namespace', {
    resourceGroup: GROUP,
    name: last(NAMESPACE_ID),
    importFromId: NAMESPACE_ID,
  });
  const imported = new NotificationHub(stack, 'Hub', {
    namespace,
    name: last(HUB_ID),
    apns: apnsCredential(stack),
    importFromId: HUB_ID,
  });
  new SendOnlyPolicy(stack, 'Rule', { hub: imported, name: last(RULE_ID), importFromId: RULE_ID });

  const blocks = synth(stack).json.import as { id: string; to: string }[];
  expect(blocks.map(({ id, to }) => [to.replace(/_[0-9A-F]{8}$/, ''), id])).toEqual([
    ['azapi_resource.Acs', `${ACS_ID}?api-version=2025-05-01`],
    ['azapi_resource.Namespace', `${NAMESPACE_ID}?api-version=2023-10-01-preview`],
    ['azapi_resource.Hub', `${HUB_ID}?api-version=2023-10-01-preview`],
    ['azapi_resource.Rule', `${RULE_ID}?api-version=2023-10-01-preview`],
  ]);
});

test('nothing is imported without it', () => {
  const stack = newStack();
  new CommunicationService(stack, 'Acs', service);
  expect(synth(stack).json.import).toBeUndefined();
});

describe('what Terraform would refuse, or make anew, is refused:', () => {
  test('an id that is known only when deployed', () => {
    const stack = newStack();
    const importFromId = new TerraformVariable(stack, 'acs_id', { type: 'string' }).stringValue;
    expect(errorOf(() => new CommunicationService(stack, 'Acs', { ...service, importFromId }))).toBe(
      'importFromId takes an ARM id as a literal, since Terraform imports what it knows while it plans; it is known only ' +
        'when deployed: use CommunicationService.fromCommunicationServiceId to use what exists as it is\n' +
        '  at construct stack/Acs',
    );
  });

  test('another name than that of the id', () => {
    const stack = newStack();
    const adopted = NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID);
    const props = { hub: adopted, name: 'another', importFromId: RULE_ID };
    expect(errorOf(() => new SendOnlyPolicy(stack, 'Rule', props))).toBe(
      `name has to be that of what is imported, '${last(RULE_ID)}', got 'another'\n  at construct stack/Rule`,
    );
  });

  test('an id of another type', () => {
    const stack = newStack();
    const props = { ...service, importFromId: HUB_ID };
    expect(errorOf(() => new CommunicationService(stack, 'Acs', props))).toContain(
      `importFromId: resource id '${HUB_ID}' is a Microsoft.NotificationHubs/namespaces/notificationHubs; expected a ` +
        'Microsoft.Communication/communicationServices',
    );
  });

  test.each([
    [
      'resource group',
      NAMESPACE_ID.replace('/rg-app/', '/rg-other/'),
      `${GROUP.id.replace('rg-app', 'rg-other')}`,
    ],
    [
      'subscription',
      NAMESPACE_ID.replace(SUBSCRIPTION, OTHER_SUBSCRIPTION),
      GROUP.id.replace(SUBSCRIPTION, OTHER_SUBSCRIPTION),
    ],
  ])('another %s than that of the props', (_, importFromId, got) => {
    const props = { resourceGroup: GROUP, name: last(NAMESPACE_ID), importFromId };
    expect(errorOf(() => new NotificationHubNamespace(newStack(), 'Namespace', props))).toBe(
      `importFromId takes what lies where the props put it, in '${GROUP.id}', got one in '${got}': Terraform would ` +
        'destroy what is imported, and make it anew; give the resource group, namespace or hub that it lies in\n' +
        '  at construct stack/Namespace',
    );
  });

  test('a hub of another namespace, and a rule of another hub', () => {
    const stack = newStack();
    const namespace = new NotificationHubNamespace(stack, 'Namespace', {
      resourceGroup: GROUP,
      name: 'ntfns-new',
    });
    const made = new NotificationHub(stack, 'Hub', {
      namespace,
      name: last(HUB_ID),
      apns: apnsCredential(stack),
      importFromId: HUB_ID,
    });
    new SendOnlyPolicy(stack, 'Rule', { hub: made, name: last(RULE_ID), importFromId: RULE_ID });
    const error = errorOf(() => synth(stack));
    expect(error).toContain("in 'ntfns-new', got one in 'ntfns-app'");
    expect(error).toContain('at construct stack/Hub');
    expect(error).toContain('at construct stack/Rule');
  });
});

test('an id is written in the casing of its type, whatever Azure answered it in', () => {
  const stack = newStack();
  const importFromId = ACS_ID.replace('resourceGroups', 'resourcegroups').replace(
    'Microsoft.C',
    'microsoft.c',
  );
  new CommunicationService(stack, 'Acs', { ...service, importFromId });
  expect(synth(stack).json.import).toEqual([
    expect.objectContaining({ id: `${ACS_ID}?api-version=2025-05-01` }),
  ]);
});
