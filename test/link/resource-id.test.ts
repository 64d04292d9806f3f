import {
  HUB_RULE_TYPE,
  isCommunicationServiceId,
  isNotificationHubId,
  NOTIFICATION_HUB_TYPE,
  parseResourceId,
  sameResourceId,
  subscriptionOf,
} from '../../link/resource-id';

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-app`;
const ACS = `${GROUP}/providers/Microsoft.Communication/communicationServices/acs-app`;
const HUB = `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/nhns-app/notificationHubs/calling`;
const RULE = `${HUB}/authorizationRules/acs-send`;

test('a hub rule is read with its namespace and its hub as parents', () => {
  expect(parseResourceId(RULE)).toEqual({
    id: RULE,
    subscriptionId: SUBSCRIPTION,
    resourceGroup: 'rg-app',
    type: HUB_RULE_TYPE,
    name: 'acs-send',
    parents: [
      {
        id: `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/nhns-app`,
        type: 'Microsoft.NotificationHubs/namespaces',
        name: 'nhns-app',
      },
      { id: HUB, type: NOTIFICATION_HUB_TYPE, name: 'calling' },
    ],
  });
});

test('ids of any casing are told by their type', () => {
  expect(isNotificationHubId(HUB.toLowerCase())).toBe(true);
  expect(isCommunicationServiceId(ACS.toUpperCase())).toBe(true);
  expect(isNotificationHubId(ACS)).toBe(false);
  expect(isNotificationHubId(RULE)).toBe(false);
  expect(isNotificationHubId('hub-app')).toBe(false);
  expect(sameResourceId(HUB, HUB.toUpperCase())).toBe(true);
  expect(sameResourceId(HUB, ACS)).toBe(false);
  expect(subscriptionOf(ACS)).toBe(SUBSCRIPTION);
});

test.each([
  ['', 'it is empty'],
  ['subscriptions/x', "must begin with '/subscriptions/'"],
  ['/resourceGroups/rg', "must begin with '/subscriptions/'"],
  [
    '/subscriptions/my-subscription/resourceGroups/rg/providers/A.B/c/d',
    "'my-subscription' is no subscription id",
  ],
  [`/subscriptions/${SUBSCRIPTION}/providers/A.B/c/d`, 'names no resource group'],
  [`${GROUP}/Microsoft.Communication/communicationServices/acs-app`, 'names no resource provider'],
  [`${GROUP}/providers/Microsoft.Communication/communicationServices`, 'pairs of type and name'],
  [`${ACS}/`, 'pairs of type and name'],
  [`${ACS} `, 'contains white space'],
  [`${ACS}?api-version=1`, "contains one of '?'"],
])('the id %p is refused', (id, problem) => {
  expect(() => parseResourceId(id)).toThrow(problem);
});

test('an id of another type than expected is refused with both types', () => {
  expect(() => parseResourceId(ACS, NOTIFICATION_HUB_TYPE)).toThrow(
    `resource id '${ACS}' is a Microsoft.Communication/communicationServices; expected a ${NOTIFICATION_HUB_TYPE}`,
  );
});
