import { cardsOf } from '../../../local/page/browser/lock-screen';
import type { ShownCall, ShownPush } from '../../../local/page/model';
import type { Notification } from '../../../relay/notification';
import { allRendered, chat, NOW, rendered, ring, ringEnd, withdrawal } from './messages';

/** What the page of local Azure makes of the relay's pushes: what a device would show. */
type Service = ShownPush['service'];
const SERVICES = [
  ['apns', 'apple'],
  ['fcmv1', 'fcm'],
  ['browser', 'browser'],
] as const;

/** The newest first, as the page has them. */
function pushes(service: Service, ...notifications: Notification[]): ShownPush[] {
  const [, key] = SERVICES.find(([name]) => name === service)!;
  return notifications
    .map((notification, number) => {
      const { payload, headers } = rendered(notification)[key];
      return pushOf(service, payload, headers as Record<string, string>, number);
    })
    .reverse();
}

function pushOf(service: Service, payload: unknown, headers: Record<string, string>, number = 0): ShownPush {
  const time = new Date(NOW + number * 1000).toISOString();
  return { number, time, service, hubId: '/hub', handle: 'h', headers, payload, sender: 'other' };
}

const shown = (service: Service, ...notifications: Notification[]) =>
  cardsOf(pushes(service, ...notifications), [], NOW + 5000).map(({ state, because, read }) => ({
    state,
    because,
    form: read.form,
    ...('title' in read && { title: read.title, body: read.body }),
  }));

describe.each(SERVICES)('by %s', (service) => {
  test('a chat message is shown with its words', () => {
    expect(shown(service, chat())).toEqual([
      { state: 'shown', form: 'notice', title: 'Alice', body: 'See you at nine' },
    ]);
  });

  test('an edited message takes the place of the first', () => {
    const edited = chat({ parameters: { sender: 'Alice', text: 'At ten' }, silent: true });
    expect(shown(service, chat(), edited)).toMatchObject([
      { state: 'shown', body: 'At ten' },
      { state: 'gone', because: 'replaced', body: 'See you at nine' },
    ]);
  });

  test('a deleted message is withdrawn', () => {
    const [, first] = shown(service, chat(), withdrawal());
    expect(first).toMatchObject({ state: 'gone', because: 'withdrawn' });
  });

  test('a ring rings, until what ends it comes', () => {
    expect(shown(service, ring())).toMatchObject([{ state: 'ringing', form: 'call', title: 'Alice' }]);
    const [end, first] = shown(service, ring(), ringEnd());
    expect(end).toMatchObject({ state: 'shown', form: 'call-ended', body: 'Call over' });
    expect(first).toMatchObject({ state: 'gone', because: 'withdrawn' });
  });

  test('a ring without an end is over after 30 seconds', () => {
    const late = cardsOf(pushes(service, ring()), [], NOW + 30_000);
    expect(late).toMatchObject([{ state: 'gone', because: 'over' }]);
  });
});

test('what is not shown on a phone is said to be silent', () => {
  expect(shown('apns', withdrawal())).toEqual([{ state: 'hidden', form: 'silent' }]);
  expect(shown('fcmv1', withdrawal())).toEqual([{ state: 'hidden', form: 'silent' }]);
});

test('messages that Android itself shows are read too', () => {
  const { body } = allRendered(chat(), { androidMessages: 'notification' }).find(
    ({ platform }) => platform === 'fcmv1',
  )!;
  const [card] = cardsOf([pushOf('fcmv1', JSON.parse(body), {})], [], NOW);
  expect(card).toMatchObject({ state: 'shown', read: { title: 'Alice', body: 'See you at nine' } });
});

test('a ring is withdrawn with its call: the newest to that user, and no other', () => {
  const call = (serverCallId: string, over: Partial<ShownCall>): ShownCall => ({
    serverCallId,
    acsId: '/acs',
    from: '8:acs:alice',
    to: ['8:acs:bob'],
    startedAt: new Date(NOW - 1000).toISOString(),
    state: 'ringing',
    pushes: [],
    ...over,
  });
  const push = { ...pushes('apns', ring())[0]!, rawId: '8:acs:bob' };
  const of = (...calls: ShownCall[]) => cardsOf([push], calls, NOW + 1000)[0]!;
  expect(of(call('1', { state: 'answered' }))).toMatchObject({ state: 'gone', because: 'answered' });
  expect(of(call('1', { to: ['8:acs:carol'], state: 'answered' }))).toMatchObject({ state: 'ringing' });
  const older = call('1', { state: 'ended', startedAt: new Date(NOW - 20_000).toISOString() });
  expect(of(older, call('2', {}))).toMatchObject({ state: 'ringing', call: { serverCallId: '2' } });
});
