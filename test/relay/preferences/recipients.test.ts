import type { Notification } from '../../../relay/notification';
import { systemClock, type Clock, type HubPlatform, type Log } from '../../../relay/ports';
import type { Preferences } from '../../../relay/preferences/preferences';
import { GOOD_FOR_MS, Recipients, WAIT_MS } from '../../../relay/preferences/recipients';
import { bareRelay } from '../bare-relay';
import { ALICE, BOB, CAROL, Samples } from '../samples';

const ACS = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs';
const samples = new Samples(ACS);
const THREAD = '19:abc@thread.v2';

/** Quiet all day long: what a test says of quiet hours holds whenever it runs. */
const always = { timeZone: 'UTC', from: '00:00', to: '24:00' };

/** A relay whose users want what `wishes` says, by raw id. */
function relayWith(wishes: Record<string, Preferences | Error>, clock: Clock = systemClock) {
  const asked: string[] = [];
  const recipients = new Recipients(
    {
      get: (user) => {
        asked.push(user);
        const wish = wishes[user];
        return wish instanceof Error ? Promise.reject(wish) : Promise.resolve(wish && { preferences: wish });
      },
    },
    clock,
  );
  const lines: Record<string, unknown>[] = [];
  const log: Log = { write: (_level, message, fields) => lines.push({ message, ...fields }) };
  const bare = bareRelay(ACS, { recipients, voip: true });
  const handle = (event: unknown) => bare.relay.handle(event, 'messages', log);
  const on = (wanted: HubPlatform) =>
    bare.messages.filter(({ platform }) => platform === wanted).map(({ body }) => JSON.parse(body));
  return { ...bare, handle, on, lines, asked };
}

const toBob = { recipientCommunicationIdentifier: { rawId: BOB } };
const chat = (over: object = {}) => samples.chatMessageReceived({ ...toBob, threadId: THREAD, ...over });

describe('a muted thread', () => {
  test('is not pushed to who muted it, and the line says why', async () => {
    const { handle, messages, lines } = relayWith({ [BOB]: { mutedThreads: [{ threadId: THREAD }] } });
    expect(await handle(chat())).toBe('nobody-to-tell');
    expect(messages).toEqual([]);
    expect(lines).toEqual([expect.objectContaining({ outcome: 'nobody-to-tell', because: 'muted' })]);
  });

  test('goes on for others, and other threads for who muted it', async () => {
    const { handle } = relayWith({ [BOB]: { mutedThreads: [{ threadId: THREAD }] } });
    expect(await handle(chat({ recipientCommunicationIdentifier: { rawId: CAROL } }))).toBe('pushed');
    expect(await handle(chat({ threadId: '19:other@thread.v2' }))).toBe('pushed');
  });

  test('is heard again when its time is over', async () => {
    const muted = (until: number) => ({
      mutedThreads: [{ threadId: THREAD, until: new Date(until).toISOString() }],
    });
    expect(await relayWith({ [BOB]: muted(Date.now() + 60_000) }).handle(chat())).toBe('nobody-to-tell');
    expect(await relayWith({ [BOB]: muted(Date.now() - 1) }).handle(chat())).toBe('pushed');
  });

  test('takes back all the same what is deleted in it', async () => {
    const { handle, messages } = relayWith({ [BOB]: { mutedThreads: [{ threadId: THREAD }] } });
    expect(await handle(samples.chatMessageDeleted({ ...toBob, threadId: THREAD }))).toBe('pushed');
    expect(messages.length).toBeGreaterThan(0);
  });
});

describe('a kind that is turned off', () => {
  test('is not pushed; the others are', async () => {
    const { handle, lines } = relayWith({ [BOB]: { events: { 'chat-message-received': false } } });
    expect(await handle(chat())).toBe('nobody-to-tell');
    expect(lines).toEqual([expect.objectContaining({ because: 'turned-off' })]);
    expect(await handle(samples.incomingCall({ toCommunicationIdentifier: { rawId: BOB } }))).toBe('pushed');
  });

  test('stands in the way of no other event: an edit nobody is told of lets the message through that comes late', async () => {
    const { handle, messages } = relayWith({ [BOB]: { events: { 'chat-message-edited': false } } });
    const message = chat();
    const { messageId } = message.data;
    const edit = samples.chatMessageEdited({
      ...toBob,
      threadId: THREAD,
      messageId,
      version: Number(message.data['version']) + 1,
    });
    expect(await handle(edit)).toBe('nobody-to-tell');
    expect(await handle(message)).toBe('pushed');
    expect(messages.length).toBeGreaterThan(0);
  });
});

describe('in quiet hours', () => {
  test('a message comes without a sound on every platform, and the line says so', async () => {
    const { handle, on, lines } = relayWith({ [BOB]: { quietHours: always } });
    expect(await handle(chat())).toBe('pushed');
    const [push] = on('apple');
    expect(push.aps).toMatchObject({ alert: { body: expect.any(String) }, 'interruption-level': 'passive' });
    expect(push.aps.sound).toBeUndefined();
    expect(on('fcmv1')[0]).toMatchObject({ message: { data: { silent: '1' } } });
    expect(on('browser')[0]).toMatchObject({ silent: true });
    expect(lines).toEqual([
      expect.objectContaining({
        outcome: 'pushed',
        notifications: [{ event: 'ChatMessageReceived', outcome: 'pushed', silent: true }],
      }),
    ]);
  });

  test('a call does not ring, and its missed call comes without a sound', async () => {
    const { handle, messages, on, lines } = relayWith({ [BOB]: { quietHours: always } });
    const call = { correlationId: 'one-call', serverCallId: 'one-call' };
    expect(await handle(samples.incomingCall({ ...call, toCommunicationIdentifier: { rawId: BOB } }))).toBe(
      'nobody-to-tell',
    );
    expect(messages).toEqual([]);
    expect(lines).toEqual([expect.objectContaining({ because: 'quiet-hours' })]);
    expect(await handle(samples.callEnded({ ...call, reason: { code: 487 } }))).toBe('pushed');
    expect(on('apple').map(({ aps }) => aps.sound)).toEqual([undefined]);
  });

  test('what is excepted comes as ever', async () => {
    const { handle, messages } = relayWith({
      [BOB]: { quietHours: { ...always, except: ['incoming-call'] } },
    });
    expect(await handle(samples.incomingCall({ toCommunicationIdentifier: { rawId: BOB } }))).toBe('pushed');
    expect(messages.map(({ hub }) => hub)).toContain('voip');
  });
});

describe('a store that fails loses no push', () => {
  test('it is pushed with its sound, and the line says that preferences are not known', async () => {
    const { handle, on, lines } = relayWith({ [BOB]: new Error('the table answered 503') });
    expect(await handle(chat())).toBe('pushed');
    expect(on('apple')[0].aps.sound).toBe('default');
    expect(lines[0]).toEqual({ message: 'preferences not known', detail: 'the table answered 503' });
  });

  test('the next event asks again', async () => {
    const wishes: Record<string, Preferences | Error> = { [BOB]: new Error('no answer') };
    const { handle, asked } = relayWith(wishes);
    expect(await handle(chat())).toBe('pushed');
    wishes[BOB] = { mutedThreads: [{ threadId: THREAD }] };
    expect(await handle(chat())).toBe('nobody-to-tell');
    expect(asked).toEqual([BOB, BOB]);
  });

  test.each([
    ['ring', WAIT_MS.ring],
    ['message', WAIT_MS.message],
  ] as const)('one that never answers holds a %s up for %s ms', async (kind, limit) => {
    const waits: number[] = [];
    const clock: Clock = {
      now: Date.now,
      sleep: (milliseconds) => {
        waits.push(milliseconds);
        return Promise.resolve();
      },
    };
    const recipients = new Recipients({ get: () => new Promise(() => undefined) }, clock);
    const lines: string[] = [];
    const verdict = await recipients.verdict(notification({ kind }), 0, {
      write: (_level, message) => lines.push(message),
    });
    expect([verdict, waits, lines]).toEqual([{ kind: 'push' }, [limit], ['preferences not known']]);
  });
});

describe('what was read', () => {
  let now = 1_000_000;
  const clock: Clock = { now: () => now, sleep: () => new Promise(() => undefined) };

  test('is good for ten seconds, for users without preferences too; then a change takes effect', async () => {
    const asked: string[] = [];
    let wish: Preferences | undefined;
    const recipients = new Recipients(
      { get: (user) => (asked.push(user), Promise.resolve(wish && { preferences: wish })) },
      clock,
    );
    const kind = async () => (await recipients.verdict(notification(), now, { write: () => undefined })).kind;
    expect(await kind()).toBe('push');
    wish = { events: { 'chat-message-received': false } };
    now += GOOD_FOR_MS - 1;
    expect(await kind()).toBe('push');
    now += 1;
    expect(await kind()).toBe('withheld');
    expect(asked).toHaveLength(2);
  });

  test('is read once for events that come together', async () => {
    const asked: string[] = [];
    const recipients = new Recipients(
      { get: (user) => (asked.push(user), Promise.resolve(undefined)) },
      clock,
    );
    const log: Log = { write: () => undefined };
    await Promise.all([1, 2, 3].map(() => recipients.verdict(notification(), now, log)));
    expect(asked).toEqual([BOB]);
  });

  test('is not asked for at all by what shows nothing', async () => {
    const { handle, asked } = relayWith({});
    await handle(samples.chatMessageDeleted({ ...toBob, threadId: THREAD }));
    expect(asked).toEqual([]);
  });
});

function notification(over: Partial<Notification> = {}): Notification {
  return {
    recipient: BOB,
    kind: 'message',
    template: 'chat-message-received',
    parameters: {},
    expiresAt: Number.MAX_SAFE_INTEGER,
    collapseId: 'id',
    threadId: THREAD,
    data: { sender: ALICE },
    ...over,
  };
}
