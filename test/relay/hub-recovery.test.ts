import { isSignedWith, parseSharedAccess } from '../../local/azure/core/access/shared-access-signature';
import type { HttpRequest } from '../../relay/http';
import { HubStandIn, keys, turns, watched } from './hub-stand-in';

const MINUTE_MS = 60_000;
const throttled = (retryAfter: string) => ({ status: 429, headers: { 'retry-after': retryAfter } });
const inTwoHours = (hub: HubStandIn) => new Date(hub.clock.now() + 7_200_000).toUTCString();

let azure: HubStandIn;
beforeEach(() => (azure = new HubStandIn()));

/** Answers a request when the test says so. */
function held<T>() {
  let give!: (answer: T) => void;
  const answer = new Promise<T>((resolve) => (give = resolve));
  return { answer, give };
}

describe('one answer of the hub', () => {
  test.each<[string, (azure: HubStandIn) => string]>([
    ['an hour', () => '3600'],
    ['more than a life', () => '99999999999999'],
    ['a date that is far ahead', inTwoHours],
  ])('that asks for %s keeps the relay away for a minute', async (_, retryAfter) => {
    azure.hubAnswers = () => throttled(retryAfter(azure));
    await expect(azure.send()).rejects.toMatchObject({ retryAfterMs: MINUTE_MS });
    azure.hubAnswers = () => 201;
    await azure.clock.advance(MINUTE_MS - 1);
    await expect(azure.send(900)).rejects.toMatchObject({ retryAfterMs: 1 });
    expect(azure.sends).toHaveLength(1);
    await azure.clock.advance(1);
    await azure.send();
    expect(azure.sends).toHaveLength(2);
  });

  test.each([
    '0',
    '-5',
    '-3600',
    'soon',
    'call back in 2099',
    'Infinity',
    'Sat, 01 Jan 2000 00:00:00 GMT',
    '',
  ])('with Retry-After "%s" keeps nobody away, and is tried again later each time', async (retryAfter) => {
    azure.hubAnswers = () => throttled(retryAfter);
    const first = watched(azure.send());
    await turns();
    expect(azure.sends).toHaveLength(1);
    azure.hubAnswers = () => 201;
    await azure.send();
    expect(azure.sends).toHaveLength(2);
    await azure.clock.advance(1_000);
    await turns();
    expect(first.state).toBe('done');
  });
});

describe('when the hub may be well again', () => {
  const wait = async () => {
    azure.hubAnswers = () => throttled('60');
    await expect(azure.send()).rejects.toMatchObject({ retryAfterMs: MINUTE_MS });
    await azure.clock.advance(MINUTE_MS);
    azure.sends.length = 0;
  };

  test('one request finds out, and the others go on when it was accepted', async () => {
    await wait();
    const { answer, give } = held<number>();
    azure.hubAnswers = () => answer;
    const all = Array.from({ length: 50 }, () => watched(azure.send()));
    await turns();
    expect(azure.sends).toHaveLength(1);
    give(201);
    await turns();
    expect(azure.sends).toHaveLength(50);
    expect(all.map(({ state }) => state)).toEqual(Array(50).fill('done'));
  });

  test('those without time for that fail at once, without a request', async () => {
    await wait();
    azure.hubAnswers = () => 'never';
    watched(azure.send());
    await azure.clock.advance(500);
    await expect(azure.send(1_500)).rejects.toMatchObject({
      message: 'hub ns/hub is being tried again by another request',
      retryAfterMs: 1_500,
    });
    expect(azure.sends).toHaveLength(1);
  });

  test('a refused try keeps all away once more', async () => {
    await wait();
    azure.hubAnswers = () => throttled('3600');
    const all = Array.from({ length: 50 }, () => watched(azure.send()));
    await turns();
    expect(azure.sends).toHaveLength(1);
    expect(all.map(({ error }) => error?.retryAfterMs)).toEqual(Array(50).fill(MINUTE_MS));
  });

  test('a failed try is followed by another one, and still by one at a time', async () => {
    await wait();
    let underWay = 0;
    let most = 0;
    azure.hubAnswers = async () => {
      most = Math.max(most, ++underWay);
      await turns(2);
      underWay--;
      return azure.sends.length < 5 ? 500 : 201;
    };
    const all = Array.from({ length: 20 }, () => watched(azure.send()));
    while (azure.sends.length < 5) await turns(1);
    expect(most).toBe(1);
    await azure.clock.advance(5_000);
    await turns(50);
    expect(all.map(({ state }) => state)).toEqual(Array(20).fill('done'));
  });

  test.each([400, 413])('%d of one message says that it is', async (status) => {
    await wait();
    azure.hubAnswers = () => status;
    await expect(azure.send()).rejects.toMatchObject({ reason: 'refused-by-hub' });
    azure.hubAnswers = () => 'never';
    const all = Array.from({ length: 3 }, () => watched(azure.send()));
    await turns();
    expect(azure.sends).toHaveLength(4);
    expect(all.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
  });

  test('a try that hangs keeps nobody away for longer than two seconds', async () => {
    await wait();
    azure.hubAnswers = () => 'never';
    const hanging = watched(azure.send());
    const others = Array.from({ length: 10 }, () => watched(azure.send()));
    await turns();
    expect(azure.sends).toHaveLength(1);
    azure.hubAnswers = () => 201;
    await azure.clock.advance(2_000);
    await turns();
    expect(others.map(({ state }) => state)).toEqual(Array(10).fill('done'));
    expect(hanging.state).toBe('pending');
  });

  test('a request from before says nothing about it', async () => {
    const { answer, give } = held<number>();
    azure.hubAnswers = () => answer;
    const early = azure.send();
    await turns();
    await wait();
    give(201);
    await early;
    azure.hubAnswers = () => 'never';
    const [first, second] = [watched(azure.send()), watched(azure.send())];
    await turns();
    expect(azure.sends).toHaveLength(1);
    expect([first.state, second.state]).toEqual(['pending', 'pending']);
  });
});

describe('a request to the hub', () => {
  const timeouts = () => azure.sends.map(({ timeoutMs }) => timeoutMs);

  test('has no more time than the delivery has', async () => {
    await azure.send(3_000);
    await azure.send(18_000);
    expect(timeouts()).toEqual([3_000, 8_000]);
  });

  test('has the time that is left after keys were read and waits were made', async () => {
    const { answer, give } = held<{ status: number; body: string }>();
    azure.armAnswers = () => answer;
    azure.hubAnswers = () => (azure.sends.length === 1 ? throttled('2') : 201);
    const sent = azure.send(8_000);
    await turns();
    await azure.clock.advance(3_000);
    give({ status: 200, body: keys('first', 'second') });
    await turns();
    await azure.clock.advance(2_000);
    await sent;
    expect(timeouts()).toEqual([5_000, 3_000]);
  });

  test('is not made any more when reading the keys took all of the time', async () => {
    const { answer, give } = held<{ status: number; body: string }>();
    azure.armAnswers = () => answer;
    const sent = watched(azure.send(8_000));
    await turns();
    await azure.clock.advance(8_000);
    give({ status: 200, body: keys('first', 'second') });
    await turns();
    expect(sent).toMatchObject({
      state: 'failed',
      error: { message: 'no time was left to ask hub ns/hub' },
    });
    expect(azure.sends).toEqual([]);
  });

  test('that got no answer is not repeated where nobody could wait for another', async () => {
    azure.hubAnswers = async () => {
      await azure.clock.advance(7_400);
      return 'none' as const;
    };
    await expect(azure.send(8_000)).rejects.toMatchObject({ message: 'no answer' });
    expect(azure.sends).toHaveLength(1);
  });

  test('that hangs holds up no other', async () => {
    azure.hubAnswers = () => 'never';
    const hanging = watched(azure.send());
    await turns();
    azure.hubAnswers = () => 201;
    await Promise.all(Array.from({ length: 20 }, () => azure.send()));
    expect(hanging.state).toBe('pending');
  });
});

describe('one answer of ARM', () => {
  const signedWith = ({ headers }: HttpRequest, key: string) => {
    const list = headers as readonly string[];
    return isSignedWith(parseSharedAccess(list[list.indexOf('authorization') + 1])!, key);
  };

  test('that asks for an hour is heeded for a minute', async () => {
    azure.armAnswers = () => throttled('3600');
    await expect(azure.send()).rejects.toMatchObject({ retryAfterMs: MINUTE_MS });
    await azure.clock.advance(20_000);
    await expect(azure.send()).rejects.toMatchObject({ retryAfterMs: 40_000 });
    expect(azure.listings).toHaveLength(1);
    azure.armAnswers = () => ({ status: 200, body: keys('first', 'second') });
    await azure.clock.advance(40_000);
    await azure.send();
    expect(azure.listings).toHaveLength(2);
  });

  test('after a refused key leaves the other one of those that were known', async () => {
    await azure.send();
    azure.hubAnswers = (request) => (signedWith(request, 'second') ? 201 : 401);
    azure.armAnswers = () => throttled('3600');
    await Promise.all(Array.from({ length: 10 }, () => azure.send()));
    // From then on the one that works is used first, and nobody asks ARM.
    const [sends, listings] = [azure.sends.length, azure.listings.length];
    await Promise.all(Array.from({ length: 10 }, () => azure.send()));
    expect(azure.sends).toHaveLength(sends + 10);
    expect(azure.listings).toHaveLength(listings);
  });

  test('after a key that was refused by mistake does not lose it', async () => {
    await azure.send();
    azure.hubAnswers = () => 401;
    azure.armAnswers = () => 500;
    await expect(azure.send(900)).rejects.toThrow(/^listKeys of .* answered 500;/);
    azure.hubAnswers = () => 201;
    await azure.send();
  });

  test('that has new keys is heard after one that had none', async () => {
    await azure.send();
    azure.hubAnswers = (request) => (signedWith(request, 'third') ? 201 : 401);
    azure.armAnswers = () => 503;
    await expect(azure.send(900)).rejects.toThrow(/^listKeys of .* answered 503;/);
    azure.armAnswers = () => ({ status: 200, body: keys('third', 'fourth') });
    await azure.send();
  });
});
