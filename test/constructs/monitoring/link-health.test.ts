import { CommunicationService, PushNotifications, type PushNotificationsProps } from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { schemaProblems } from '../../support/provider-schema';
import { ACS_ID, apnsCredential, GROUP } from '../../support/samples';
import { errorOf, newStack, settingsOf, synth } from '../../support/synth';

const ACTION_GROUP_ID = `${GROUP.id}/providers/Microsoft.Insights/actionGroups/ag-app`;
const ALERT = 'azurerm_monitor_metric_alert';

beforeAll(ensureAssets);

function push(over: Partial<PushNotificationsProps> = {}) {
  const stack = newStack();
  const made = new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    communicationService: CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID),
    apns: apnsCredential(stack),
    ...over,
  });
  return { made, json: synth(stack) };
}

type Made = ReturnType<typeof push>;

let watched: Made | undefined;

/** The stack with the alert, synthesized once. */
const on = () => (watched ??= push({ linkHealthAlert: { actionGroupIds: [ACTION_GROUP_ID] } }));

/** Reference to an attribute of the one resource whose name matches. */
const reference = (type: string, name: RegExp, attribute = 'id') =>
  expect.stringMatching(new RegExp(`^\\$\\{${type}\\.${name.source}\\.${attribute}\\}$`));
const APP = reference('azapi_resource', /Push_Relay_[0-9A-F]+/);
const RELAY_HUB = reference('azapi_resource', /Push_RelayHub_[0-9A-F]+/);
const CALLING_HUB = reference('azapi_resource', /Push_CallingHub_[0-9A-F]+/);

const rolesOf = ({ json }: Made) =>
  json.resources('azurerm_role_assignment').map((role) => [role.scope, role.role_definition_name]);
const linkSettingsOf = ({ json }: Made) =>
  Object.entries(settingsOf(json)).filter(([name]) => /^RELAY_(LINK_|RESOURCE_ID|REGION)/.test(name));

describe('the alert on the health of the link', () => {
  test('is held by the schemas', () => {
    expect(schemaProblems(on().json)).toEqual([]);
  });

  test('is off unless it is asked for', () => {
    for (const off of [push(), push({ linkHealthAlert: false })]) {
      expect(off.json.resources(ALERT)).toEqual([]);
      expect(linkSettingsOf(off)).toEqual([]);
      expect(off.made.relay!.linkHealthAlert).toBeUndefined();
    }
  });

  test('fires when a report of the last 15 minutes says 0, and tells the action groups', () => {
    const alerts = on().json.resources(ALERT);
    const names = ['alert-contoso-link', 'alert-contoso-relay-hub'];
    expect(alerts.map(({ name }) => name)).toEqual(names);
    const metrics = ['link_health', 'relay_hub_health'];
    expect(alerts.map(({ criteria }) => (criteria as { metric_name: string }[])[0]!.metric_name)).toEqual(
      metrics,
    );
    expect(alerts[0]).toMatchObject({
      resource_group_name: 'rg-app',
      scopes: [APP],
      severity: 1,
      window_size: 'PT15M',
      criteria: [
        {
          metric_namespace: 'acs-push',
          metric_name: 'link_health',
          aggregation: 'Minimum',
          operator: 'LessThan',
          threshold: 1,
          skip_metric_validation: true,
        },
      ],
      action: [{ action_group_id: ACTION_GROUP_ID }],
    });
  });

  test('needs no action group', () => {
    const alerts = push({ linkHealthAlert: true }).json.resources(ALERT);
    expect(alerts.flatMap(({ action }) => action ?? [])).toEqual([]);
  });

  test('tells the relay which link to look at, and where its metrics go', () => {
    expect(linkSettingsOf(on())).toEqual([
      ['RELAY_LINK_HUB_ID', CALLING_HUB],
      ['RELAY_LINK_RULE_ID', reference('azapi_resource', /Push_CallingHub_AcsSendPolicy_[0-9A-F]+/)],
      ['RELAY_RESOURCE_ID', `${GROUP.id}/providers/Microsoft.Web/sites/func-contoso-relay-x7k2p9`],
      ['RELAY_REGION', 'westeurope'],
    ]);
    expect(on().json.oneArm('Microsoft.Web/sites').name).toBe('func-contoso-relay-x7k2p9');
  });

  test('lets the relay read the resource and the hubs and write its metrics, and nothing more', () => {
    const before = rolesOf(push());
    const added = rolesOf(on()).filter(
      (role) => !before.some((b) => JSON.stringify(b) === JSON.stringify(role)),
    );
    expect(added).toHaveLength(4);
    expect(added).toEqual(
      expect.arrayContaining([
        [ACS_ID, 'Reader'],
        [CALLING_HUB, 'Reader'],
        [RELAY_HUB, 'Reader'],
        [APP, 'Monitoring Metrics Publisher'],
      ]),
    );
  });

  test('leaves the relay independent of the act of linking', () => {
    expect(JSON.stringify(on().json.oneArm('Microsoft.Web/sites'))).not.toContain('azapi_resource_action');
  });

  test.each([
    ['no relay', { events: false, linkHealthAlert: true } as const, /and there is no relay here/],
    [
      'an id of something else',
      { linkHealthAlert: { actionGroupIds: [ACS_ID] } },
      /actionGroupIds takes ARM ids of action groups .*, got '.*acs-app'\n {2}at construct stack\/Push\/Relay\/LinkHealth/,
    ],
  ])('refuses %s', (_, over, problem) => {
    expect(errorOf(() => push(over))).toMatch(problem);
  });
});
