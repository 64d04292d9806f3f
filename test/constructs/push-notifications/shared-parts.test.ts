import type { TerraformStack } from 'cdktf';
import {
  CommunicationService,
  KeylessStorageAccount,
  NotificationHub,
  NotificationHubNamespace,
  PushNotifications,
  type PushNotificationsProps,
} from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import {
  ACS_ID,
  apnsCredential,
  GROUP,
  HUB_ID,
  IDENTITY_ID,
  NAMESPACE_ID,
  STORAGE_ID,
} from '../../support/samples';
import { errorOf, newStack, synth, thrownBy } from '../../support/synth';

beforeAll(ensureAssets);

const RULE = 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules';
const PLAN_ID = `${GROUP.id}/providers/Microsoft.Web/serverfarms/asp-app`;
const WORKSPACE_ID = `${GROUP.id}/providers/Microsoft.OperationalInsights/workspaces/log-app`;
const INSIGHTS = {
  id: `${GROUP.id}/providers/Microsoft.Insights/components/appi-app`,
  connectionString: 'InstrumentationKey=x',
};
const IDENTITY = { id: IDENTITY_ID, principalId: '11111111-1111-1111-1111-111111111102', clientId: 'client' };

function one(stack: TerraformStack, name: string, over: Partial<PushNotificationsProps>): PushNotifications {
  return new PushNotifications(stack, name, {
    resourceGroup: GROUP,
    name,
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    apns: apnsCredential(stack),
    verification: false,
    outputs: { prefix: name },
    ...over,
  });
}

const hubOf = (stack: TerraformStack, id: string, hubId = HUB_ID) =>
  NotificationHub.fromNotificationHubId(stack, id, hubId);

describe('two services on one hub', () => {
  const linked = (second?: string) => {
    const stack = newStack();
    const service = (id: string) =>
      CommunicationService.fromCommunicationServiceId(stack, id, `${ACS_ID}-${id.toLowerCase()}`);
    service('One').linkNotificationHub(hubOf(stack, 'Hub'));
    // Another construct for the same hub, in another casing, as two teams would have it.
    const again = hubOf(stack, 'Again', HUB_ID.replace('ntf-app', 'NTF-app'));
    service('Two').linkNotificationHub(again, { policyName: second });
    return synth(stack);
  };

  test('are refused one rule, which neither could be given another key of alone', () => {
    expect(thrownBy(() => linked())).toContain(
      '[stack/Two/Link] policyName takes the name of a rule of its own, so that replacing the keys of one user of a ' +
        "hub leaves the others alone; got 'acs-send', which is stack/Hub/AcsSendPolicy on stack/Again already: give " +
        "another, for example 'acs-send-2'",
    );
  });

  test('have a rule each, by the name that is given', () => {
    expect(
      linked('acs-send-2')
        .arm(RULE)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['acs-send', 'acs-send-2']);
  });
});

test('a service that two constructs stand for is linked once', () => {
  const stack = newStack();
  for (const id of ['One', 'Two']) {
    const service = CommunicationService.fromCommunicationServiceId(stack, id, ACS_ID);
    service.linkNotificationHub(hubOf(stack, `Hub${id}`, `${HUB_ID}-${id}`));
  }
  expect(thrownBy(() => synth(stack))).toContain(
    '[stack/Two/Link] a Communication Services resource links to one hub, and this one is linked by stack/One/Link',
  );
});

describe('two push notifications', () => {
  const calling = { events: false } as const;

  test('share a namespace', () => {
    const stack = newStack();
    const namespace = NotificationHubNamespace.fromNamespaceId(stack, 'N', NAMESPACE_ID);
    for (const name of ['one', 'two']) one(stack, name, { ...calling, namespace });
    expect(
      new Set(
        synth(stack)
          .arm(RULE.replace('/authorizationRules', ''))
          .map((hub) => hub.parent_id),
      ),
    ).toEqual(new Set([NAMESPACE_ID]));
  });

  test('share hubs, workspace, Application Insights and identity, with rules of their own and each role once', () => {
    const stack = newStack();
    const [callingHub, relayHub] = [hubOf(stack, 'Calling'), hubOf(stack, 'Relay', `${HUB_ID}-relay`)];
    // Without credentials: those are the hubs' that are given.
    const both = { callingHub, relayHub, apns: undefined };
    const events = { applicationInsights: INSIGHTS, identity: IDENTITY };
    const monitoring = { logAnalyticsWorkspaceId: WORKSPACE_ID };
    one(stack, 'one', { ...both, events, monitoring });
    one(stack, 'two', {
      ...both,
      link: { policyName: 'acs-send-two' },
      events: { ...events, policyNames: { send: 'relay-send-two' } },
      monitoring,
    });
    const json = synth(stack);
    expect(
      json
        .arm(RULE)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['acs-send', 'acs-send-two', 'relay-send', 'relay-send-two']);
    const roles = json
      .resources('azurerm_role_assignment')
      .map((role) =>
        [role.principal_id, role.scope, role.role_definition_name, role.role_definition_id].join(' '),
      );
    expect(new Set(roles).size).toBe(roles.length);
    expect(
      roles.filter((role) => role.includes('Monitoring Metrics Publisher') && role.includes(INSIGHTS.id)),
    ).toHaveLength(1);
  });

  test('are told all that they cannot share, at once', () => {
    const stack = newStack();
    const relayHub = hubOf(stack, 'Relay');
    for (const name of ['one', 'two']) {
      const storage = KeylessStorageAccount.fromStorageAccountId(stack, `Storage-${name}`, STORAGE_ID);
      one(stack, name, {
        relayHub,
        deadLetterRetentionDays: false,
        events: { storage, servicePlanId: PLAN_ID },
      });
    }
    const refused = thrownBy(() => synth(stack));
    expect(refused).toContain(
      'storage takes an account that no other app uses, since an app keeps its code and its records under fixed names ' +
        'there; got stack/Storage-two, which is that of stack/one/Relay: give another, or leave it out',
    );
    expect(refused).toContain(
      'servicePlanId takes a plan that no other app is on, since Flex Consumption takes one app a plan; got that of ' +
        'stack/one/Relay: give another, or leave it out',
    );
    expect(refused).toContain('policyNames.send takes the name of a rule of its own');
  });
});

describe('relay and devices API', () => {
  const API = { tenantId: '11111111-1111-1111-1111-111111111111', audience: 'api://push' };

  test('take parts of their own, and no identity for both', () => {
    const stack = newStack();
    one(stack, 'one', {
      events: { identity: IDENTITY, devicesApi: { ...API, identity: IDENTITY } },
    });
    expect(thrownBy(() => synth(stack))).toContain(
      "devicesApi.identity takes another identity than the relay's",
    );
  });

  test('run on parts of their own', () => {
    const stack = newStack();
    const storage = KeylessStorageAccount.fromStorageAccountId(stack, 'Storage', STORAGE_ID);
    one(stack, 'one', {
      events: {
        devicesApi: {
          ...API,
          identity: { ...IDENTITY, principalId: '11111111-1111-1111-1111-111111111103' },
          storage,
          servicePlanId: PLAN_ID,
        },
      },
    });
    const app = synth(stack)
      .arm('Microsoft.Web/sites')
      .find(({ name }) => name.includes('devices'))!;
    expect(app.body.properties.serverFarmId).toBe(PLAN_ID);
    expect(app.identity[0].identity_ids).toEqual([IDENTITY_ID]);
    expect(app.body.properties.functionAppConfig.deployment.storage.value).toMatch(
      /^https:\/\/stapp\.blob\.core\.windows\.net\/\$\{azurerm_storage_container\.Storage_Container-releases_/,
    );
  });

  test('that are one app have no parts of their own', () => {
    const stack = newStack();
    expect(
      errorOf(() =>
        one(stack, 'one', { events: { devicesApi: { ...API, separateApp: false, servicePlanId: PLAN_ID } } }),
      ),
    ).toContain('devicesApi.servicePlanId is of an app of its own, and separateApp is false');
  });
});
