import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { Token, type TerraformStack } from 'cdktf';
import { guidOf } from '../../../constructs/core/guid';
import { NotificationHub, NotificationHubNamespace, SendOnlyPolicy } from '../../../constructs';
import { NAMED_BY_ITS_PARTS } from '../../support/role-assignments';
import { schemaProblems } from '../../support/provider-schema';
import {
  apnsCredential,
  communicationService,
  GROUP,
  hub,
  HUB_ID,
  NAMESPACE_ID,
  RULE_ID,
} from '../../support/samples';
import { errorOf, newStack, resolved, synth } from '../../support/synth';

const ROLE = 'azurerm_role_assignment';
const DEFINITION = 'Microsoft.Authorization/roleDefinitions';
const RULE = 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules';
const CI = { principalId: '11111111-1111-4111-8111-111111111111' };
const LIST_KEYS = 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules/listKeys/action';

function backend(stack: TerraformStack): UserAssignedIdentity {
  return new UserAssignedIdentity(stack, 'Backend', {
    name: 'id',
    location: 'westeurope',
    resourceGroupName: 'rg',
  });
}

describe('a hub lets a principal', () => {
  test('send: by the keys of a rule with Send alone, and a role that can read those and nothing else', () => {
    const stack = newStack();
    const made = hub(stack);
    const grant = made.grantSend(backend(stack));
    const json = synth(stack);
    expect(json.oneArm(RULE)).toMatchObject({
      name: 'granted-send',
      body: { properties: { rights: ['Send'] } },
    });
    const guid = guidOf('ntfns-hub-ntf-hub key reader');
    expect(json.oneArm(DEFINITION)).toMatchObject({
      name: guid,
      parent_id: `\${element(regexall("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+", ${addressOf(stack, made)}.id), 0)}`,
      body: {
        properties: {
          roleName: 'ntfns-hub-ntf-hub key reader',
          permissions: [{ actions: [LIST_KEYS], notActions: [], dataActions: [], notDataActions: [] }],
        },
      },
    });
    expect(json.resource(ROLE)).toEqual({
      ...NAMED_BY_ITS_PARTS,
      principal_id: '${azurerm_user_assigned_identity.Backend.principal_id}',
      principal_type: 'ServicePrincipal',
      scope: resolved(stack, grant.policy.policyId),
      role_definition_id: expect.stringMatching(
        new RegExp(`/providers/Microsoft\\.Authorization/roleDefinitions/${guid}$`),
      ),
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  test('register devices, by a rule with Listen alone', () => {
    const stack = newStack();
    hub(stack).grantListen(CI);
    expect(synth(stack).oneArm(RULE)).toMatchObject({
      name: 'granted-listen',
      body: { properties: { rights: ['Listen'] } },
    });
  });

  test('send with a rule of its own, and shares one otherwise; the role is one for the hub', () => {
    const stack = newStack();
    const made = hub(stack);
    const first = made.grantSend(backend(stack));
    const second = made.grantSend(CI);
    const own = made.grantSend(CI, { policyName: 'partner-send' });
    expect(second.policy).toBe(first.policy);
    expect(own.policy.policyName).toBe('partner-send');
    const json = synth(stack);
    expect(json.arm(RULE).map(({ name }) => name)).toEqual(['granted-send', 'partner-send']);
    expect(json.arm(DEFINITION)).toHaveLength(1);
    expect(json.resources(ROLE)).toHaveLength(3);
  });

  test('send by a role that is there already, for a hub that exists', () => {
    const stack = newStack();
    const role = `${GROUP.id}/providers/Microsoft.Authorization/roleDefinitions/${guidOf('x')}`;
    NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID).grantSend(CI, { keyRoleDefinitionId: role });
    const json = synth(stack);
    expect(json.arm(DEFINITION)).toEqual([]);
    expect(json.oneArm(RULE)).toMatchObject({ parent_id: HUB_ID });
    expect(json.resource(ROLE)).toMatchObject({ role_definition_id: role });
  });

  test('defines its role where a hub that exists lies', () => {
    const stack = newStack();
    NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID).grantSend(CI);
    expect(synth(stack).oneArm(DEFINITION)).toMatchObject({
      parent_id: GROUP.id,
      body: { properties: { roleName: 'ntfns-app-ntf-app key reader', assignableScopes: [GROUP.id] } },
    });
  });

  test('and says that names known only when deployed name no role', () => {
    const stack = newStack();
    const made = new NotificationHub(stack, 'Hub', {
      namespace: new NotificationHubNamespace(stack, 'Namespace', {
        resourceGroup: GROUP,
        name: Token.asString({ resolve: () => '${var.name}' }),
      }),
      name: 'ntf-app',
      apns: apnsCredential(stack),
    });
    made.grantSend(CI);
    expect(errorOf(() => synth(stack))).toContain('give keyRoleDefinitionId, or names as literals');
  });
});

describe('a link lets a principal verify it', () => {
  const link = (stack: TerraformStack) =>
    communicationService(stack).linkNotificationHub(
      NotificationHub.fromNotificationHubId(stack, 'Hub', HUB_ID),
      { policy: SendOnlyPolicy.fromPolicyId(stack, 'Policy', RULE_ID) },
    );
  const rights = (stack: TerraformStack) =>
    synth(stack)
      .resources(ROLE)
      .map((role) => [role.scope, role.role_definition_name ?? 'custom'])
      .sort();

  test('with what each of its checks asks for', () => {
    const stack = newStack();
    link(stack).grantVerify(CI, { subscription: true });
    expect(rights(stack)).toEqual([
      [expect.stringContaining('azapi_resource.Acs'), 'Reader'],
      [
        expect.stringMatching(
          /^\$\{element\(regexall\("\^\/subscriptions\/\[\^\/\]\+", azapi_resource\.Acs_/,
        ),
        'Monitoring Reader',
      ],
      [NAMESPACE_ID, 'Reader'],
      [HUB_ID, 'custom'],
      [RULE_ID, 'custom'],
    ]);
    expect(
      synth(stack)
        .arm(DEFINITION)
        .map(({ body }) => body.properties.permissions[0].actions)
        .sort(),
    ).toEqual([
      [LIST_KEYS],
      ['Microsoft.NotificationHubs/namespaces/notificationHubs/pnsCredentials/action'],
    ]);
  });

  test('without the secrets of the hub, and without the subscription, when that is too much', () => {
    const stack = newStack();
    link(stack).grantVerify(CI, { credentials: false });
    expect(rights(stack).map(([, role]) => role)).toEqual(['Reader', 'Reader', 'custom']);
  });
});

test('a hub and its namespace tell where their data plane is', () => {
  const made = hub(newStack());
  const namespace = made.namespace as NotificationHubNamespace;
  expect([made.serviceBusEndpoint, namespace.serviceBusEndpoint]).toEqual(
    Array(2).fill('https://ntfns-hub.servicebus.windows.net'),
  );
});

function addressOf(stack: TerraformStack, made: NotificationHub): string {
  return String(resolved(stack, made.resource.fqn)).replace(/^\$\{|\}$/g, '');
}
