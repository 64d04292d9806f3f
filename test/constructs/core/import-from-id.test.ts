import {
  CommunicationService,
  NotificationHub,
  NotificationHubNamespace,
  SendOnlyPolicy,
} from '../../../constructs';
import { ACS_ID, apnsCredential, GROUP, hub, HUB_ID, NAMESPACE_ID, RULE_ID } from '../../support/samples';
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
    const props = { hub: hub(stack), name: 'another', importFromId: RULE_ID };
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
});
