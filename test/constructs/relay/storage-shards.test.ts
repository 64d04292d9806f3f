import type { PushRelayOptions } from '../../../constructs';
import { readSettings } from '../../../relay/settings';
import { ensureAssets } from '../../support/assets';
import { pushNotifications } from '../../support/push-notifications';
import { errorOf, settingsOf } from '../../support/synth';

beforeAll(() => ensureAssets());

const push = (events: PushRelayOptions) => pushNotifications({ events });

test('the number of shards is a setting of the relay, and the relay has its own when none is given', () => {
  expect(settingsOf(push({ storageShards: 16 })).RELAY_STORAGE_SHARDS).toBe('16');
  expect(settingsOf(push({}))).not.toHaveProperty('RELAY_STORAGE_SHARDS');
});

test.each([0, 65, 1.5])('%d shards are none', (storageShards) => {
  expect(errorOf(() => push({ storageShards }))).toContain(
    `storageShards takes a whole number from 1 to 64, got ${storageShards}`,
  );
});

describe('the relay', () => {
  const rule = '/subscriptions/s/resourceGroups/g/providers/Microsoft.NotificationHubs/namespaces/n';
  const shards = (value?: string) =>
    readSettings({
      RELAY_SOURCE_ID: '/subscriptions/s',
      RELAY_HUB_RULE_ID: `${rule}/notificationHubs/h/authorizationRules/send`,
      AZURE_CLIENT_ID: 'id',
      IDENTITY_ENDPOINT: 'http://127.0.0.1',
      IDENTITY_HEADER: 'header',
      ...(value !== undefined && { RELAY_STORAGE_SHARDS: value }),
    }).storageShards;

  test('reads the number', () => {
    expect([shards(), shards('1'), shards('64')]).toEqual([4, 1, 64]);
  });

  test.each(['0', '65', '4.5', 'many'])('refuses %s', (value) => {
    expect(() => shards(value)).toThrow(
      `app setting RELAY_STORAGE_SHARDS must be a whole number from 1 to 64, got '${value}'`,
    );
  });
});
