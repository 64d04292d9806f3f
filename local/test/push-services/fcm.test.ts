import { readFcmMessage } from '../../push-services/fcm-message';
import { keepWaiting, type Waiting } from '../../push-services/fcm-waiting';

const NOW = 1_000_000;

describe('FCM takes what its reference says of a message', () => {
  test.each<[string, object]>([
    ['data', { data: { a: 'b' } }],
    [
      'options of Android',
      { android: { priority: 'HIGH', ttl: '3.5s', direct_boot_ok: true, collapse_key: 'k' } },
    ],
    [
      'a notification of Android',
      {
        android: {
          notification: {
            visibility: 'SECRET',
            notification_priority: 'PRIORITY_MIN',
            notification_count: 2,
            body_loc_args: ['x'],
          },
        },
      },
    ],
    [
      'an alert of iOS',
      { apns: { headers: { 'apns-priority': '10' }, payload: { aps: { alert: 'x' }, more: { any: 1 } } } },
    ],
  ])('%s', (_, message) => {
    expect(readFcmMessage(message)).toEqual(message);
  });
});

describe('FCM refuses', () => {
  test.each<[string, unknown]>([
    ['what is no object', 'text'],
    ['a name it does not know', { notifications: {} }],
    ['a name of Android it does not know', { android: { collapseId: 'x' } }],
    ['a priority that is none', { android: { priority: 'urgent' } }],
    ['seconds without their unit', { android: { ttl: '60' } }],
    ['more than four weeks', { android: { ttl: '2419201s' } }],
    ['a truth as text', { android: { direct_boot_ok: 'true' } }],
    ['a count as text', { android: { notification: { notification_count: '2' } } }],
    ['a visibility in lower case', { android: { notification: { visibility: 'private' } } }],
    ['a priority without its prefix', { android: { notification: { notification_priority: 'HIGH' } } }],
    ['an APNs header that is no text', { apns: { headers: { 'apns-priority': 10 } } }],
    ['aps that is no object', { apns: { payload: { aps: 'x' } } }],
    [
      'data alone for iOS with high priority',
      {
        data: { a: 'b' },
        apns: { headers: { 'apns-priority': '10' }, payload: { aps: { 'content-available': 1 } } },
      },
    ],
    ['data that is no text', { data: { a: 1 } }],
    ['data under a name of its own', { data: { 'google.x': 'y' } }],
  ])('%s', (_, message) => {
    expect(readFcmMessage(message)).toBeUndefined();
  });
});

describe('for a phone that is offline FCM keeps', () => {
  const keep = (...messages: object[]) =>
    messages.reduce<Waiting[]>(
      (waiting, message, payload) =>
        keepWaiting(waiting, readFcmMessage(message)!, NOW, { hubId: 'h', headers: {}, payload }),
      [],
    );
  const kept = (...messages: object[]) => keep(...messages).map(({ payload }) => payload);
  const data = { data: { a: 'b' } };
  const shown = { notification: { title: 'x' } };
  const keyed = (collapse_key: string, ttl?: string) => ({ ...data, android: { collapse_key, ttl } });

  test('each of the data messages without a key', () => {
    expect(kept(data, data, data)).toEqual([0, 1, 2]);
  });

  test('the last of the notification messages, whatever their keys', () => {
    expect(kept(shown, { ...shown, android: { collapse_key: 'a' } })).toEqual([1]);
    expect(kept({ android: { notification: { title: 'x' } } }, data, shown)).toEqual([1, 2]);
  });

  test('the last of each key, of four keys', () => {
    expect(kept(keyed('a'), keyed('b'), keyed('a'))).toEqual([1, 2]);
    expect(kept(...['a', 'b', 'c', 'd', 'e'].map((key) => keyed(key)))).toEqual([1, 2, 3, 4]);
  });

  test('none any more once there are more than a hundred without a key', () => {
    const hundred = Array.from({ length: 100 }, () => data);
    expect(kept(keyed('a'), ...hundred)).toHaveLength(101);
    expect(kept(keyed('a'), ...hundred, data)).toEqual([0]);
  });

  test('nothing that is worth nothing later', () => {
    expect(kept(keyed('a', '0s'), keyed('b', '30s'))).toEqual([1]);
    expect(keep(keyed('b', '30s'))[0]!.expiresAt).toBe(NOW + 30_000);
  });
});
