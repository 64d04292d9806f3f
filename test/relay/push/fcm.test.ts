import { readFcmMessage } from '../../../local/push-services/fcm-message';
import { chat, ring, rendered, ringEnd, withdrawal, type Rendering } from './messages';

const message = (...args: Parameters<typeof rendered>) => rendered(...args).fcm.payload.message;
const withKeys: Rendering = {
  template: {
    androidClickAction: 'com.contoso.OPEN_THREAD',
    androidVisibility: 'secret',
    androidPriority: 'max',
    androidDirectBoot: true,
    category: 'MESSAGE',
    badge: 3,
    image: 'https://contoso.com/faces/{sender}.png',
  },
};

describe('a message on Android', () => {
  test('is data that the app shows, and has no collapse key', () => {
    const { notification, android, data } = message(chat());
    expect(notification).toBeUndefined();
    expect(android).toEqual({ priority: 'high', ttl: '60s' });
    expect(data).toEqual({
      event: 'ChatMessageReceived',
      threadId: 'thread',
      notificationId: 'c'.repeat(32),
      title: 'Alice',
      body: 'See you at nine',
      channel: 'messages',
      group: 'thread',
      visibility: 'private',
    });
  });

  test('tells the app what the template says of its presentation', () => {
    const { android, data } = message(chat({ parameters: { sender: 'Ann & Bö', text: 'x' } }), withKeys);
    expect(android.direct_boot_ok).toBe(true);
    expect(data).toMatchObject({
      clickAction: 'com.contoso.OPEN_THREAD',
      visibility: 'secret',
      count: '3',
      image: 'https://contoso.com/faces/Ann%20%26%20B%C3%B6.png',
    });
  });

  test('is shown by Android itself where that is asked for', () => {
    const { notification, android } = message(chat(), { androidMessages: 'notification', ...withKeys });
    expect(notification).toEqual({ title: 'Alice', body: 'See you at nine' });
    expect(android.notification).toEqual({
      channel_id: 'messages',
      tag: 'c'.repeat(32),
      sound: 'default',
      click_action: 'com.contoso.OPEN_THREAD',
      notification_count: 3,
      notification_priority: 'PRIORITY_MAX',
      visibility: 'SECRET',
      image: 'https://contoso.com/faces/Alice.png',
    });
  });

  test('hides its words on a locked screen and comes with high priority unless the template says otherwise', () => {
    const { android } = message(chat(), { androidMessages: 'notification' });
    expect(android.notification).toMatchObject({
      visibility: 'PRIVATE',
      notification_priority: 'PRIORITY_HIGH',
    });
    expect(android.notification).not.toHaveProperty('click_action');
  });

  test('does not take the category of iOS for an intent', () => {
    for (const androidMessages of ['data', 'notification'] as const) {
      const { android, data } = message(chat(), { androidMessages, template: { category: 'MESSAGE' } });
      expect(JSON.stringify([android, data])).not.toContain('MESSAGE');
    }
  });

  test('makes no sound when it replaces silently', () => {
    expect(message(chat({ silent: true }))).toMatchObject({
      data: { silent: '1' },
      android: { priority: 'normal' },
    });
    const { notification } = message(chat({ silent: true }), { androidMessages: 'notification' }).android;
    expect(notification.notification_priority).toBe('PRIORITY_LOW');
    expect(notification).not.toHaveProperty('sound');
  });
});

test('a ring waits under a key of its own call, so that its end takes its place', () => {
  const one = message(ring()).android;
  const other = message(ring({ collapseId: 'd'.repeat(32) })).android;
  expect(one.collapse_key).toBe('c'.repeat(32));
  expect(message(ringEnd()).android.collapse_key).toBe('c'.repeat(32));
  expect(other.collapse_key).toBe('d'.repeat(32));
});

describe('an iOS device that registered with FCM', () => {
  test('gets an alert with the headers of APNs', () => {
    expect(message(chat(), { template: { category: 'MESSAGE' } }).apns).toEqual({
      headers: {
        'apns-push-type': 'alert',
        'apns-priority': '10',
        'apns-expiration': '1767225660',
        'apns-collapse-id': 'c'.repeat(32),
      },
      payload: {
        aps: {
          alert: { title: 'Alice', body: 'See you at nine' },
          sound: 'default',
          category: 'MESSAGE',
          'thread-id': 'thread',
          'mutable-content': 1,
        },
      },
    });
  });

  test('gets the picture where Firebase looks for it', () => {
    expect(message(chat(), withKeys).apns.fcm_options).toEqual({
      image: 'https://contoso.com/faces/Alice.png',
    });
  });

  test('gets keys of the app’s own texts whole, in both kinds of message', () => {
    for (const androidMessages of ['data', 'notification'] as const) {
      const template = { titleLocKey: 'from', titleLocArgs: ['{sender}'] };
      expect(message(chat(), { androidMessages, template }).apns.payload.aps.alert).toEqual({
        title: 'Alice',
        'title-loc-key': 'from',
        'title-loc-args': ['Alice'],
        body: 'See you at nine',
      });
    }
  });

  test('leaves the words to FCM where a notification has them already', () => {
    const { apns } = message(chat(), { androidMessages: 'notification' });
    expect(apns.payload.aps).not.toHaveProperty('alert');
    expect(apns.headers['apns-push-type']).toBe('alert');
  });

  test('is woken in the background by a withdrawal', () => {
    expect(message(withdrawal()).apns).toEqual({
      headers: expect.objectContaining({ 'apns-push-type': 'background', 'apns-priority': '5' }),
      payload: { aps: { 'content-available': 1 } },
    });
  });
});

describe('FCM takes', () => {
  const text = 'ä"\n😀'.repeat(3000);
  const long = (over: object) => ({ ...over, parameters: { sender: text, text, caller: text } });
  test.each([
    ['a message', chat(long({}))],
    ['a silent message', chat(long({ silent: true }))],
    ['a ring', ring(long({}))],
    ['the end of a ring', ringEnd(long({}))],
    ['a withdrawal', withdrawal()],
  ])('%s, in every form and at any length', (_, notification) => {
    for (const androidMessages of ['data', 'notification'] as const) {
      for (const template of [
        {},
        withKeys.template,
        { bodyLocKey: 'b', bodyLocArgs: ['{text}'], titleLocKey: 't', titleLocArgs: ['{sender}'] },
      ]) {
        const { payload } = rendered(notification, {
          androidMessages,
          template: { ...template },
        }).fcm;
        expect(readFcmMessage(payload.message)).toBeDefined();
        expect(Buffer.byteLength(JSON.stringify(payload.message))).toBeLessThanOrEqual(4096);
      }
    }
  });

  test('a long message with as much of its text as fits twice', () => {
    const { data, apns } = message(chat({ parameters: { sender: 'Alice', text: 'x'.repeat(5000) } }));
    expect(data.body).toMatch(/^x{1500,}…$/);
    expect(data.shortened).toBe('1');
    expect(apns.payload.aps.alert.body).toBe(data.body);
  });
});
