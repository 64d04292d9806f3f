import { CommunicationService, DATA_LOCATIONS, type DataLocation } from '../../../constructs';
import { schemaProblems } from '../../support/provider-schema';
import { ACS_ID, communicationService, GROUP, hub, HUB_ID } from '../../support/samples';
import { errorOf, newStack, resolved, synth, synthWith } from '../../support/synth';

describe('a Communication Services resource', () => {
  test('is global, keeps data where it is told to, and has access keys off', () => {
    const { lifecycle: _, ...resource } = synthWith((stack) => communicationService(stack)).resource(
      'azapi_resource',
    );
    expect(resource).toEqual({
      type: 'Microsoft.Communication/communicationServices@2025-05-01',
      name: 'acs-app',
      parent_id: GROUP.id,
      location: 'global',
      body: { properties: { dataLocation: 'Europe', disableLocalAuth: true } },
      response_export_values: { hostName: 'properties.hostName' },
    });
  });

  test('holds every plan against the data location of the first deploy under its name', () => {
    const json = synthWith((stack) => communicationService(stack));
    expect(json.resource('terraform_data')).toEqual({
      input: { dataLocation: 'Europe' },
      triggers_replace: { name: 'acs-app' },
      lifecycle: { ignore_changes: ['input'] },
    });
    const [{ condition, error_message: message }] = json.resource('azapi_resource').lifecycle.precondition;
    expect(condition).toMatch(
      /^\$\{terraform_data\.Acs_DataLocation_\w+\.output\.dataLocation == "Europe"\}$/,
    );
    expect(message).toMatch(
      /^dataLocation of the Communication Services resource acs-app is "\$\{.*\}", and Azure never changes it; got "Europe"\. Set dataLocation of stack\/Acs back\./,
    );
    expect(schemaProblems(json)).toEqual([]);
  });

  test('is never made by azurerm, which writes its keys into state', () => {
    const { text } = synthWith((stack) => communicationService(stack));
    expect(text).not.toContain('azurerm_communication_service');
  });

  test('gets access keys, a closed network and tags when asked for', () => {
    const resource = synthWith((stack) => {
      new CommunicationService(stack, 'Acs', {
        resourceGroup: GROUP,
        name: 'acs-app',
        dataLocation: 'United States',
        disableLocalAuth: false,
        publicNetworkAccess: 'Disabled',
        tags: { app: 'x' },
      });
    }).resource('azapi_resource');
    expect(resource.tags).toEqual({ app: 'x' });
    expect(resource.body.properties).toEqual({
      dataLocation: 'United States',
      disableLocalAuth: false,
      publicNetworkAccess: 'Disabled',
    });
  });

  test.each(DATA_LOCATIONS)('keeps data in %s', (dataLocation) => {
    const resource = synthWith((stack) => {
      new CommunicationService(stack, 'Acs', { resourceGroup: GROUP, name: 'acs-app', dataLocation });
    }).resource('azapi_resource');
    expect(resource.body.properties.dataLocation).toBe(dataLocation);
  });

  test.each(['europe', 'West Europe', '', undefined])('refuses the data location %p', (dataLocation) => {
    const stack = newStack();
    expect(
      errorOf(
        () =>
          new CommunicationService(stack, 'Acs', {
            resourceGroup: GROUP,
            name: 'acs-app',
            dataLocation: dataLocation as DataLocation,
          }),
      ),
    ).toBe(
      'dataLocation takes one of Africa, Asia Pacific, Australia, Brazil, Canada, Europe, France, Germany, India, Japan, ' +
        `Korea, Norway, Switzerland, UAE, UK, United States; got ${dataLocation === undefined ? 'nothing' : `'${dataLocation}'`}\n  at construct stack/Acs`,
    );
  });

  test('refuses a name that Azure would refuse', () => {
    const stack = newStack();
    expect(
      errorOf(
        () =>
          new CommunicationService(stack, 'Acs', {
            resourceGroup: GROUP,
            name: 'acs.app',
            dataLocation: 'Europe',
          }),
      ),
    ).toBe(
      "name of a communicationService takes letters, digits, - and _, got 'acs.app'\n  at construct stack/Acs",
    );
  });

  test('tells its id, name and host name, the last one only once it was read', () => {
    const stack = newStack();
    const acs = communicationService(stack);
    expect(acs.communicationServiceName).toBe('acs-app');
    expect(resolved(stack, acs.communicationServiceId)).toMatch(/^\$\{azapi_resource\.Acs_\w+\.id\}$/);
    expect(resolved(stack, acs.hostName)).toMatch(
      /^\$\{try\(azapi_resource\.Acs_\w+\.output\.hostName, null\)\}$/,
    );
  });

  test('links to one hub and refuses a second', () => {
    const stack = newStack();
    const acs = communicationService(stack);
    acs.linkNotificationHub(hub(stack, 'First'));
    const second = hub(stack, 'Second');
    expect(errorOf(() => acs.linkNotificationHub(second))).toBe(
      'a Communication Services resource links to one hub, and this one is linked to stack/First\n' +
        '  at construct stack/Acs',
    );
  });
});

describe('a Communication Services resource that exists', () => {
  test('is used by its id and not written', () => {
    const stack = newStack();
    const acs = CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID);
    expect(acs.communicationServiceId).toBe(ACS_ID);
    expect(acs.communicationServiceName).toBe('acs-app');
    expect(synth(stack).resourceTypes).toEqual([]);
  });

  test('can be linked, once', () => {
    const stack = newStack();
    const acs = CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID);
    const theHub = hub(stack);
    acs.linkNotificationHub(theHub);
    expect(synth(stack).resource('azapi_resource_action').resource_id).toBe(ACS_ID);
    expect(errorOf(() => acs.linkNotificationHub(theHub))).toContain('links to one hub');
  });

  test('is refused when the id is of another type', () => {
    const stack = newStack();
    expect(errorOf(() => CommunicationService.fromCommunicationServiceId(stack, 'Acs', HUB_ID))).toBe(
      `communicationServiceId: resource id '${HUB_ID}' is a Microsoft.NotificationHubs/namespaces/notificationHubs; ` +
        'expected a Microsoft.Communication/communicationServices\n  at construct stack/Acs',
    );
  });

  test('is refused when the id is malformed, with the form it takes', () => {
    const stack = newStack();
    expect(errorOf(() => CommunicationService.fromCommunicationServiceId(stack, 'Acs', 'acs-app'))).toBe(
      "communicationServiceId: malformed resource id 'acs-app': it must begin with '/subscriptions/'; expected the form " +
        '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-app/providers/Microsoft.Communication/communicationServices/{name}\n' +
        '  at construct stack/Acs',
    );
  });
});
