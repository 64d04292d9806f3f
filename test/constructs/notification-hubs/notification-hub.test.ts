import {
  FcmV1Credential,
  ListenOnlyPolicy,
  NotificationHub,
  NotificationHubNamespace,
  SecretValue,
  SendOnlyPolicy,
  type NotificationHubProps,
  type NotificationHubSku,
} from '../../../constructs';
import {
  APNS_TOKEN,
  FCM_PRIVATE_KEY,
  FCM_SERVICE_ACCOUNT,
  VAPID_PRIVATE_KEY,
} from '../../../constructs/credentials/secret-rules';
import {
  ACS_ID,
  apnsCredential,
  fcmCredential,
  GROUP,
  hub,
  HUB_ID,
  NAMESPACE_ID,
  RULE_ID,
  voipCredential,
  browserCredential,
  VAPID_PUBLIC_KEY,
} from '../../support/samples';
import { errorOf, newStack, resolved, synth, synthWith } from '../../support/synth';

const NAMESPACE = 'Microsoft.NotificationHubs/namespaces';
const HUB = 'Microsoft.NotificationHubs/namespaces/notificationHubs';
const RULE = 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules';

describe('a namespace', () => {
  test('is Basic and lies where its resource group lies', () => {
    const resource = synthWith((stack) => {
      new NotificationHubNamespace(stack, 'Namespace', { resourceGroup: GROUP, name: 'ntfns-app' });
    }).resource('azapi_resource');
    expect(resource).toEqual({
      type: 'Microsoft.NotificationHubs/namespaces@2023-10-01-preview',
      name: 'ntfns-app',
      parent_id: GROUP.id,
      location: 'westeurope',
      body: { sku: { name: 'Basic' }, properties: { namespaceType: 'NotificationHub' } },
      response_export_values: [],
      lifecycle: { prevent_destroy: true },
    });
  });

  test('has the tier, the region and the tags that it is given', () => {
    const resource = synthWith((stack) => {
      new NotificationHubNamespace(stack, 'Namespace', {
        resourceGroup: GROUP,
        name: 'ntfns-app',
        sku: 'Standard',
        location: 'northeurope',
        tags: { app: 'x' },
      });
    }).resource('azapi_resource');
    expect(resource.body.sku).toEqual({ name: 'Standard' });
    expect(resource.location).toBe('northeurope');
    expect(resource.tags).toEqual({ app: 'x' });
  });

  test('is refused in an unknown tier', () => {
    const stack = newStack();
    expect(
      errorOf(
        () =>
          new NotificationHubNamespace(stack, 'Namespace', {
            resourceGroup: GROUP,
            name: 'ntfns-app',
            sku: 'Premium' as NotificationHubSku,
          }),
      ),
    ).toBe("sku takes one of Free, Basic, Standard; got 'Premium'\n  at construct stack/Namespace");
  });

  test('is refused under a name that Azure refuses', () => {
    const stack = newStack();
    expect(
      errorOf(() => new NotificationHubNamespace(stack, 'N', { resourceGroup: GROUP, name: 'short' })),
    ).toBe(
      "name of a notificationHubNamespace takes 6 to 50 characters, got 5 in 'short'\n  at construct stack/N",
    );
  });

  test('that exists is used by its id and not written', () => {
    const stack = newStack();
    const namespace = NotificationHubNamespace.fromNamespaceId(stack, 'N', NAMESPACE_ID);
    expect(namespace.namespaceName).toBe('ntfns-app');
    expect(namespace.namespaceId).toBe(NAMESPACE_ID);
    expect(namespace.location).toBeUndefined();
    expect(synth(stack).resourceTypes).toEqual([]);
  });

  test('that exists is refused by an id of another type', () => {
    const stack = newStack();
    expect(errorOf(() => NotificationHubNamespace.fromNamespaceId(stack, 'N', HUB_ID))).toBe(
      `namespaceId: resource id '${HUB_ID}' is a ${HUB}; expected a ${NAMESPACE}\n  at construct stack/N`,
    );
  });
});

describe('a hub', () => {
  test('has what may be seen of its credentials in body and the secrets in sensitive_body alone', () => {
    const json = synthWith((stack) => {
      new NotificationHub(stack, 'Hub', {
        resourceGroup: GROUP,
        name: 'ntf-app',
        namespaceName: 'ntfns-app',
        apns: apnsCredential(stack),
        fcm: FcmV1Credential.fromServiceAccount({
          projectId: 'my-app-1234',
          clientEmail: 'push@my-app-1234.iam.gserviceaccount.com',
          privateKey: SecretValue.fromVariable(stack, 'fcm_private_key'),
        }),
      });
    });
    const [resource] = json.arm(HUB);
    expect(resource!.body).toEqual({
      properties: {
        apnsCredential: {
          properties: {
            appId: 'TEAM123456',
            appName: 'com.example.app',
            keyId: 'ABC123DEFG',
            endpoint: 'https://api.push.apple.com:443/3/device',
          },
        },
        fcmV1Credential: {
          properties: { projectId: 'my-app-1234', clientEmail: 'push@my-app-1234.iam.gserviceaccount.com' },
        },
      },
    });
    expect(resource!.sensitive_body).toEqual({
      properties: {
        apnsCredential: {
          properties: { token: `\${${APNS_TOKEN.canonical('var.apns_token')}}` },
        },
        fcmV1Credential: {
          properties: { privateKey: `\${${FCM_PRIVATE_KEY.canonical('var.fcm_private_key')}}` },
        },
      },
    });
  });

  test('has the VAPID pair of browsers in two halves', () => {
    const [resource] = synthWith((stack) => {
      new NotificationHub(stack, 'Hub', {
        resourceGroup: GROUP,
        name: 'ntf-app',
        namespaceName: 'ntfns-app',
        browser: browserCredential(stack),
      });
    }).arm(HUB);
    expect(resource!.body).toEqual({
      properties: {
        browserCredential: {
          properties: { subject: 'mailto:push@example.com', vapidPublicKey: VAPID_PUBLIC_KEY },
        },
      },
    });
    expect(resource!.sensitive_body).toEqual({
      properties: {
        browserCredential: {
          properties: { vapidPrivateKey: `\${${VAPID_PRIVATE_KEY.canonical('var.vapid_private_key')}}` },
        },
      },
    });
  });

  test('takes a whole service account as one secret, so that none of it is in body', () => {
    const [resource] = synthWith((stack) => {
      new NotificationHub(stack, 'Hub', {
        resourceGroup: GROUP,
        name: 'ntf-app',
        namespaceName: 'ntfns-app',
        fcm: fcmCredential(stack),
      });
    }).arm(HUB);
    expect(resource!.body).toEqual({ properties: {} });
    expect(resource!.sensitive_body).toEqual({
      properties: {
        fcmV1Credential: {
          properties: {
            projectId: `\${${FCM_SERVICE_ACCOUNT.canonical('var.fcm_service_account')}.project_id}`,
            clientEmail: `\${${FCM_SERVICE_ACCOUNT.canonical('var.fcm_service_account')}.client_email}`,
            privateKey: `\${${FCM_SERVICE_ACCOUNT.canonical('var.fcm_service_account')}.private_key}`,
          },
        },
      },
    });
  });

  test('sends to the sandbox of APNs when told to', () => {
    const [resource] = synthWith((stack) => {
      hub(stack, 'Hub', apnsCredential(stack, { endpoint: 'sandbox' }));
    }).arm(HUB);
    expect(resource!.body.properties.apnsCredential.properties.endpoint).toBe(
      'https://api.development.push.apple.com:443/3/device',
    );
  });

  test('has no retry, which azapi would apply to the refresh of a hub that was deleted by hand', () => {
    const json = synthWith((stack) => hub(stack).addSendOnlyPolicy('Policy'));
    expect(json.resources('azapi_resource').map((resource) => resource.retry)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('has no sensitive_body_version, with which a tag update would drop the credentials', () => {
    expect(synthWith((stack) => hub(stack)).text).not.toContain('sensitive_body_version');
  });

  test('makes a namespace of its own and lies in its region', () => {
    const json = synthWith((stack) => {
      new NotificationHub(stack, 'Hub', {
        resourceGroup: GROUP,
        name: 'ntf-app',
        namespaceName: 'ntfns-app',
        sku: 'Free',
        location: 'northeurope',
        tags: { app: 'x' },
        apns: apnsCredential(stack),
      });
    });
    const [namespace] = json.arm(NAMESPACE);
    const [resource] = json.arm(HUB);
    expect(namespace).toMatchObject({
      name: 'ntfns-app',
      location: 'northeurope',
      body: { sku: { name: 'Free' } },
      tags: { app: 'x' },
    });
    expect(resource).toMatchObject({
      type: `${HUB}@2023-10-01-preview`,
      name: 'ntf-app',
      location: 'northeurope',
      tags: { app: 'x' },
      parent_id: expect.stringMatching(/^\$\{azapi_resource\.Hub_Namespace_\w+\.id\}$/),
      response_export_values: [],
    });
  });

  test('shares a namespace that is given', () => {
    const json = synthWith((stack) => {
      const namespace = new NotificationHubNamespace(stack, 'N', { resourceGroup: GROUP, name: 'ntfns-app' });
      for (const name of ['one', 'two']) {
        new NotificationHub(stack, name, { namespace, name, apns: apnsCredential(stack) });
      }
    });
    expect(json.arm(NAMESPACE)).toHaveLength(1);
    expect(new Set(json.arm(HUB).map((resource) => resource.parent_id)).size).toBe(1);
  });

  test('goes into a namespace that exists when its region is told', () => {
    const [resource] = synthWith((stack) => {
      new NotificationHub(stack, 'Hub', {
        namespace: NotificationHubNamespace.fromNamespaceId(stack, 'N', NAMESPACE_ID),
        name: 'ntf-app',
        location: 'westeurope',
        apns: apnsCredential(stack),
      });
    }).arm(HUB);
    expect(resource).toMatchObject({ parent_id: NAMESPACE_ID, location: 'westeurope' });
  });

  test('is refused in a namespace that exists when its region is not told', () => {
    const stack = newStack();
    const namespace = NotificationHubNamespace.fromNamespaceId(stack, 'N', NAMESPACE_ID);
    expect(
      errorOf(
        () => new NotificationHub(stack, 'Hub', { namespace, name: 'ntf', apns: apnsCredential(stack) }),
      ),
    ).toBe(
      'location is needed when the namespace exists already: give the region of the namespace\n  at construct stack/Hub',
    );
  });

  test('is refused without credentials', () => {
    const stack = newStack();
    expect(
      errorOf(
        () =>
          new NotificationHub(stack, 'Hub', {
            resourceGroup: GROUP,
            name: 'ntf',
            namespaceName: 'ntfns-app',
          }),
      ),
    ).toBe(
      'a hub without push credentials delivers nothing: give apns, fcm, browser or several\n  at construct stack/Hub',
    );
  });

  test.each([{}, { resourceGroup: GROUP }, { namespaceName: 'ntfns-app' }])(
    'is refused when nothing says where its namespace is: %j',
    (where) => {
      const stack = newStack();
      expect(
        errorOf(
          () => new NotificationHub(stack, 'Hub', { ...where, name: 'ntf', apns: apnsCredential(stack) }),
        ),
      ).toBe(
        'a new namespace needs resourceGroup and namespaceName; for one that exists give namespace\n  at construct stack/Hub',
      );
    },
  );

  test('is refused under a name that Azure refuses', () => {
    const stack = newStack();
    expect(
      errorOf(
        () =>
          new NotificationHub(stack, 'Hub', {
            resourceGroup: GROUP,
            name: '-hub',
            namespaceName: 'ntfns-app',
            apns: apnsCredential(stack),
          }),
      ),
    ).toBe(
      "name of a notificationHub takes letters, digits, . - _, starting with a letter or digit, got '-hub'\n" +
        '  at construct stack/Hub',
    );
  });

  test('says which APNs topic it sends to', () => {
    const stack = newStack();
    expect(hub(stack, 'Alert').apnsTopic).toBe('alert');
    expect(hub(stack, 'Voip', voipCredential(stack)).apnsTopic).toBe('voip');
  });
});

describe('the push services of a hub', () => {
  const platformsOf = (
    build: (stack: ReturnType<typeof newStack>) => Pick<NotificationHubProps, 'apns' | 'fcm' | 'browser'>,
  ) => {
    const stack = newStack();
    return new NotificationHub(stack, 'Hub', {
      resourceGroup: GROUP,
      name: 'ntf',
      namespaceName: 'ntfns-app',
      ...build(stack),
    }).platforms;
  };

  test('are known from its credentials', () => {
    const apns = { environment: 'sandbox', bundleId: 'com.example.app' };
    expect(platformsOf((stack) => ({ apns: apnsCredential(stack, { endpoint: 'sandbox' }) }))).toEqual({
      apns,
    });
    expect(platformsOf((stack) => ({ fcm: fcmCredential(stack) }))).toEqual({ fcmV1: {} });
    expect(platformsOf((stack) => ({ browser: browserCredential(stack) }))).toEqual({
      browser: { vapidPublicKey: VAPID_PUBLIC_KEY },
    });
    expect(
      platformsOf((stack) => ({
        apns: apnsCredential(stack, { endpoint: 'sandbox' }),
        fcm: FcmV1Credential.fromServiceAccount({
          projectId: 'contoso-app',
          clientEmail: 'push@contoso-app.iam.gserviceaccount.com',
          privateKey: SecretValue.fromVariable(stack, 'fcm_private_key'),
        }),
      })),
    ).toEqual({ apns, fcmV1: { projectId: 'contoso-app' } });
  });

  test('are not known of a hub that exists', () => {
    expect(NotificationHub.fromNotificationHubId(newStack(), 'Hub', HUB_ID).platforms).toBeUndefined();
  });
});

describe('a hub that exists', () => {
  test('is used by its id and not written', () => {
    const stack = newStack();
    const adopted = NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID);
    expect(adopted.notificationHubId).toBe(HUB_ID);
    expect(adopted.notificationHubName).toBe('ntf-app');
    expect(adopted.namespaceName).toBe('ntfns-app');
    expect(adopted.apnsTopic).toBeUndefined();
    expect(synth(stack).resourceTypes).toEqual([]);
  });

  test('can get a policy', () => {
    const json = synthWith((stack) => {
      NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID).addSendOnlyPolicy('Policy', 'acs-send');
    });
    expect(json.resource('azapi_resource')).toMatchObject({ parent_id: HUB_ID, name: 'acs-send' });
  });

  test('is refused by an id of another type', () => {
    const stack = newStack();
    expect(errorOf(() => NotificationHub.fromNotificationHubId(stack, 'Hub', ACS_ID))).toBe(
      `notificationHubId: resource id '${ACS_ID}' is a Microsoft.Communication/communicationServices; expected a ${HUB}\n` +
        '  at construct stack/Hub',
    );
  });
});

describe('a Send-only policy', () => {
  test('can send and nothing else', () => {
    const stack = newStack();
    const theHub = hub(stack);
    const policy = theHub.addSendOnlyPolicy('Policy');
    const [resource] = synth(stack).arm(RULE);
    expect(resource).toEqual({
      type: `${RULE}@2023-10-01-preview`,
      name: 'send',
      parent_id: resolved(stack, theHub.notificationHubId),
      body: { properties: { rights: ['Send'] } },
      response_export_values: [],
    });
    expect(policy.policyName).toBe('send');
    expect(resolved(stack, policy.policyId)).toMatch(/^\$\{azapi_resource\.Hub_Policy_\w+\.id\}$/);
  });

  test('is refused under a name that Azure refuses', () => {
    const stack = newStack();
    const theHub = hub(stack);
    expect(errorOf(() => theHub.addSendOnlyPolicy('Policy', 'send!'))).toBe(
      "name of an authorizationRule takes letters, digits, . - _, got 'send!'\n  at construct stack/Hub/Policy",
    );
  });

  test('that exists is used by its id', () => {
    const stack = newStack();
    const policy = SendOnlyPolicy.fromPolicyId(stack, 'Policy', RULE_ID);
    expect(policy.policyId).toBe(RULE_ID);
    expect(policy.policyName).toBe('send');
    expect(synth(stack).resourceTypes).toEqual([]);
  });

  test('that exists is refused by an id of another type', () => {
    const stack = newStack();
    expect(errorOf(() => SendOnlyPolicy.fromPolicyId(stack, 'Policy', HUB_ID))).toBe(
      `policyId: resource id '${HUB_ID}' is a ${HUB}; expected a ${RULE}\n  at construct stack/Policy`,
    );
  });
});

describe('a Listen-only policy', () => {
  test('can register devices and nothing else', () => {
    const stack = newStack();
    const theHub = hub(stack);
    const policy = theHub.addListenOnlyPolicy('Policy');
    const [resource] = synth(stack).arm(RULE);
    expect(resource).toEqual({
      type: `${RULE}@2023-10-01-preview`,
      name: 'listen',
      parent_id: resolved(stack, theHub.notificationHubId),
      body: { properties: { rights: ['Listen'] } },
      response_export_values: [],
    });
    expect(policy.policyName).toBe('listen');
    expect(resolved(stack, policy.policyId)).toMatch(/^\$\{azapi_resource\.Hub_Policy_\w+\.id\}$/);
  });

  test('has the name that it is given, on a hub that exists too', () => {
    const json = synthWith((stack) => {
      NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID).addListenOnlyPolicy('Policy', 'devices');
    });
    expect(json.resource('azapi_resource')).toMatchObject({ parent_id: HUB_ID, name: 'devices' });
  });

  test('is refused under a name that Azure refuses', () => {
    const stack = newStack();
    const theHub = hub(stack);
    expect(errorOf(() => new ListenOnlyPolicy(stack, 'Policy', { hub: theHub, name: 'listen!' }))).toBe(
      "name of an authorizationRule takes letters, digits, . - _, got 'listen!'\n  at construct stack/Policy",
    );
  });
});
