import {
  CommunicationService,
  NotificationHub,
  SendOnlyPolicy,
  type NotificationHubLinkOptions,
  type PolicyKey,
} from '../../../constructs';
import { schemaProblems } from '../../support/provider-schema';
import {
  ACS_ID,
  apnsCredential,
  communicationService,
  GROUP,
  hub,
  HUB_ID,
  OTHER_SUBSCRIPTION,
  RULE_ID,
  SUBSCRIPTION,
  voipCredential,
} from '../../support/samples';
import { errorOf, newStack, resolved, synth, synthWith } from '../../support/synth';

const RULE = 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules';

function linked(options?: NotificationHubLinkOptions) {
  const stack = newStack();
  const acs = communicationService(stack);
  const theHub = hub(stack);
  const link = acs.linkNotificationHub(theHub, options);
  return { stack, acs, theHub, link, json: synth(stack) };
}

/** Resource and hub that exist, so that ids stand in the JSON as they are. */
function linkedByIds(options?: NotificationHubLinkOptions, acsId = ACS_ID, hubId = HUB_ID) {
  return synthWith((stack) => {
    CommunicationService.fromCommunicationServiceId(stack, 'Acs', acsId).linkNotificationHub(
      NotificationHub.fromNotificationHubId(stack, 'Hub', hubId),
      options,
    );
  });
}

describe('a link', () => {
  test('posts the hub in body and the connection string in sensitive_body', () => {
    const { json, stack, acs, theHub } = linked();
    expect(json.resource('azapi_resource_action')).toMatchObject({
      type: 'Microsoft.Communication/communicationServices@2025-05-01',
      resource_id: resolved(stack, acs.communicationServiceId),
      action: 'linkNotificationHub',
      method: 'POST',
      body: { resourceId: resolved(stack, theHub.notificationHubId) },
      sensitive_body: {
        connectionString: expect.stringMatching(
          /^\$\{ephemeral\.azapi_resource_action\.Acs_Link_Keys_\w+\.output\.connectionString\}$/,
        ),
      },
      response_export_values: [],
    });
  });

  test('is held by the schemas', () => {
    expect(schemaProblems(linked({ relinkToken: 'x' }).json)).toEqual([]);
    expect(schemaProblems(linkedByIds())).toEqual([]);
  });

  test('gets the connection string from an ephemeral listKeys on a Send-only policy of its own', () => {
    const { json, stack, link } = linked();
    const [rule] = json.arm(RULE);
    expect(rule).toMatchObject({ name: 'acs-send', body: { properties: { rights: ['Send'] } } });
    expect(json.ephemeral('azapi_resource_action')).toMatchObject({
      type: `${RULE}@2023-10-01-preview`,
      resource_id: resolved(stack, link.policy.policyId),
      action: 'listKeys',
      method: 'POST',
      response_export_values: { connectionString: 'primaryConnectionString' },
      timeouts: { open: '3m' },
    });
  });

  test('takes the primary key unless told otherwise, and the secondary when told', () => {
    expect(linked().link.key).toBe('primary');
    const { json, link } = linked({ key: 'secondary' });
    expect(link.key).toBe('secondary');
    expect(json.ephemeral('azapi_resource_action').response_export_values).toEqual({
      connectionString: 'secondaryConnectionString',
    });
  });

  test('refuses another key', () => {
    expect(errorOf(() => linked({ key: 'tertiary' as PolicyKey }))).toBe(
      "key takes 'primary' or 'secondary', got 'tertiary'\n  at construct stack/Acs/Link",
    );
  });

  test('takes a policy that exists, and makes none', () => {
    const json = synthWith((stack) => {
      const policy = SendOnlyPolicy.fromPolicyId(stack, 'Policy', RULE_ID);
      communicationService(stack).linkNotificationHub(
        NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID),
        { policy },
      );
    });
    expect(json.arm(RULE)).toEqual([]);
    expect(json.ephemeral('azapi_resource_action').resource_id).toBe(RULE_ID);
  });

  test('links again when the token changes, which is a request header', () => {
    expect(linked().json.resource('azapi_resource_action').headers).toBeUndefined();
    expect(linked({ relinkToken: '2026-11-23' }).json.resource('azapi_resource_action').headers).toEqual({
      'x-relink': '2026-11-23',
    });
  });

  test('is alone on the Communication resource and waits while a new hub is not yet known everywhere', () => {
    const { json, stack, acs } = linked();
    const retry = { error_message_regex: ['NotFound'], interval_seconds: 5, max_interval_seconds: 30 };
    expect(json.resource('azapi_resource_action')).toMatchObject({
      locks: [resolved(stack, acs.communicationServiceId)],
      retry,
      timeouts: { create: '3m', update: '3m' },
    });
    expect(json.ephemeral('azapi_resource_action').retry).toEqual(retry);
  });

  test('never has a version that would filter its sensitive body', () => {
    expect(linked().json.text).not.toContain('sensitive_body_version');
  });

  test.each([
    ['the bundle id', 'alert', apnsCredential],
    ['the one of VoIP', 'voip', voipCredential],
  ] as const)('takes a hub whose topic is %s', (_, topic, credential) => {
    const stack = newStack();
    const link = communicationService(stack).linkNotificationHub(hub(stack, 'Hub', credential(stack)));
    expect(link.hub.apnsTopic).toBe(topic);
    expect(synth(stack).resource('azapi_resource_action').action).toBe('linkNotificationHub');
  });

  test('refuses a hub of another subscription', () => {
    const stranger = HUB_ID.replace(SUBSCRIPTION, OTHER_SUBSCRIPTION);
    expect(errorOf(() => linkedByIds({}, ACS_ID, stranger))).toBe(
      `hub and Communication Services resource have to be in one subscription: the resource is in ${SUBSCRIPTION}, ` +
        `the hub in ${OTHER_SUBSCRIPTION}; use a hub of the first\n  at construct stack/Acs/Link`,
    );
  });

  test('takes a hub of another resource group, and ids in another casing', () => {
    const json = linkedByIds({}, ACS_ID.toUpperCase(), HUB_ID.replace('rg-app', 'rg-other'));
    expect(json.resources('azapi_resource_action')).toHaveLength(1);
  });

  test('cannot compare subscriptions that are known only after the deploy, and takes them', () => {
    const json = synthWith((stack) => {
      communicationService(stack).linkNotificationHub(
        NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID),
      );
    });
    expect(json.resource('azapi_resource_action').body).toEqual({ resourceId: HUB_ID });
  });
});

describe('the link as read back', () => {
  const LINKED_HUB = 'try(coalesce(self.output.notificationHubId), "none")';

  test('is read after the link, and nothing of it but the hub is kept', () => {
    const { json } = linked();
    expect(json.dataSource('azapi_resource')).toMatchObject({
      type: 'Microsoft.Communication/communicationServices@2025-05-01',
      response_export_values: { notificationHubId: 'properties.notificationHubId' },
      depends_on: [expect.stringMatching(/^azapi_resource_action\.Acs_Link_\w+$/)],
    });
  });

  test('fails when the resource points elsewhere, whatever the casing, and says what to do', () => {
    const { lifecycle } = linkedByIds().dataSource('azapi_resource');
    expect(lifecycle.postcondition).toEqual([
      {
        condition: `\${lower(${LINKED_HUB}) == lower("${HUB_ID}")}`,
        error_message:
          `The Communication Services resource ${ACS_ID} is not linked to the hub ${HUB_ID} but to "\${${LINKED_HUB}}": ` +
          'it was linked by other means. Set relinkToken of stack/Acs/Link to another text and deploy again.',
      },
    ]);
  });

  test('is compared with the id of a hub that is made in the same deploy', () => {
    const { json, stack, theHub } = linked();
    const id = String(resolved(stack, theHub.notificationHubId)).slice(2, -1);
    const [postcondition] = json.dataSource('azapi_resource').lifecycle.postcondition;
    expect(postcondition.condition).toBe(`\${lower(${LINKED_HUB}) == lower(${id})}`);
  });
});

test('one stack links two resources to two hubs', () => {
  const json = synthWith((stack) => {
    for (const name of ['one', 'two']) {
      new CommunicationService(stack, `Acs-${name}`, {
        resourceGroup: GROUP,
        name: `acs-${name}`,
        dataLocation: 'Europe',
      }).linkNotificationHub(hub(stack, `Hub-${name}`, apnsCredential(stack)));
    }
  });
  expect(json.resources('azapi_resource_action')).toHaveLength(2);
  expect(json.ephemerals('azapi_resource_action')).toHaveLength(2);
});
