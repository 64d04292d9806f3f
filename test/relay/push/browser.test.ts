import { allRendered, chat, NOW, rendered, ring, ringEnd, withdrawal } from './messages';

const TAG = 'c'.repeat(32);
const toBrowser = (...args: Parameters<typeof rendered>) => rendered(...args).browser;

describe('a push to a browser', () => {
  test('carries what a service worker needs to show it', () => {
    expect(toBrowser(chat()).payload).toEqual({
      title: 'Alice',
      body: 'See you at nine',
      tag: TAG,
      expiresAt: NOW + 60_000,
      data: { event: 'ChatMessageReceived', threadId: 'thread', notificationId: TAG },
    });
  });

  test('says what a ring becomes that comes too late', () => {
    expect(toBrowser(ring()).payload).toMatchObject({
      title: 'Alice',
      body: 'Incoming call',
      ring: true,
      late: 'Call over',
    });
  });

  test('says that it is silent', () => {
    expect(toBrowser(chat({ silent: true })).payload.silent).toBe(true);
    expect(toBrowser(chat()).payload).not.toHaveProperty('silent');
  });

  test('has words also when it withdraws, of a call and of a message', () => {
    expect(toBrowser(withdrawal()).payload).toMatchObject({
      title: 'Message deleted',
      body: 'This message was deleted',
      tag: TAG,
      withdraw: true,
      silent: true,
      data: { event: 'ChatMessageDeleted' },
    });
    expect(toBrowser(ringEnd()).payload).toMatchObject({
      title: 'Alice',
      body: 'Call over',
      tag: TAG,
      withdraw: true,
      silent: true,
      data: { event: 'RingEnded' },
    });
    const missedNoMore = withdrawal({
      withdrawalTemplate: 'ring-answered',
      threadId: 'calls',
      parameters: { caller: 'Alice' },
    });
    expect(toBrowser(missedNoMore).payload).toMatchObject({ title: 'Alice', body: 'Call answered' });
  });

  test('withdraws in the browser’s language, while phones are woken once', () => {
    const messages = allRendered(withdrawal(), { languages: ['de'] });
    expect(messages.map(({ key }) => key)).toEqual([
      'alert/apple/en',
      'alert/fcmv1/en',
      'alert/browser/en',
      'alert/browser/de',
    ]);
    const [, , english, german] = messages;
    expect(JSON.parse(german!.body).body).toBe('This message was deleted de');
    expect([english!.tagExpression, german!.tagExpression]).toEqual([
      expect.stringContaining('!'),
      expect.not.stringContaining('!'),
    ]);
  });
});

describe('the headers of Web Push', () => {
  test('keep a push as long as it is worth something, and replace what waits', () => {
    expect(toBrowser(chat()).headers).toEqual({ ttl: '60', urgency: 'normal', topic: TAG });
    expect(toBrowser(chat({ expiresAt: NOW - 1 })).headers.ttl).toBe('0');
  });

  test.each([
    ['a ring', ring(), 'high'],
    ['the end of a ring', ringEnd(), 'high'],
    ['a message', chat(), 'normal'],
    ['a silent replacement', chat({ silent: true }), 'low'],
    ['a withdrawn message', withdrawal(), 'low'],
  ])('have %s be as urgent as it is', (_, notification, urgency) => {
    expect(toBrowser(notification).headers.urgency).toBe(urgency);
  });
});
