import { ACS_ID, Harness } from '../../../support/harness';

const ALICE = '8:acs:alice';
const BOB = '8:acs:bob';
const CAROL = '8:acs:carol';

let azure: Harness;
let raised: { name: string; subject: string; data: any }[];

beforeEach(async () => {
  azure = new Harness();
  raised = [];
  const { eventGrid } = azure.services;
  const publish = eventGrid.publish.bind(eventGrid);
  jest.spyOn(eventGrid, 'publish').mockImplementation((sourceId, event) => {
    raised.push({ name: event.eventType.split('.').at(-1)!, subject: event.subject, data: event.data });
    publish(sourceId, event);
  });
  await azure.communicationService();
  await azure.link(await azure.hub());
  for (const [rawId, handle] of [
    [ALICE, 'a1'],
    [CAROL, 'c1'],
  ]) {
    await done('POST', '/devices', { acsId: ACS_ID, rawId, platform: 'apns', handle });
  }
});
afterEach(async () => azure.close());

async function done(method: string, path: string, body: unknown): Promise<any> {
  const answer = await azure.control(method, path, body);
  expect([200, 204]).toContain(answer.status);
  // What goes on beside the answer.
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return answer.body;
}

const refused = async (path: string, body: unknown) =>
  expect(await azure.control('POST', path, body)).toEqual({
    status: 400,
    body: { error: expect.any(String) },
  });
const call = async (to: string | string[] = ALICE) =>
  (await done('POST', '/calls', { acsId: ACS_ID, from: BOB, to })).serverCallId as string;
const states = () => azure.services.communication.knownCalls().map(({ state }) => state);
const ended = () => raised.filter(({ name }) => name === 'CallEnded');
const joined = () =>
  raised
    .filter(({ name }) => name === 'CallParticipantAdded')
    .map(({ data }) => data.user.communicationIdentifier.rawId as string);
const withdrawn = () =>
  azure.context.inbox
    .filter(({ payload }) => (payload as any).acs.kind === 'stopRinging')
    .map(({ handle }) => handle);

describe('a call that rings', () => {
  test('is answered, and goes on until somebody hangs up', async () => {
    const serverCallId = await call();
    await done('POST', '/calls/answer', { serverCallId });
    expect(states()).toEqual(['answered']);
    expect(joined()).toEqual([BOB, ALICE]);
    await azure.clock.advance(3_600_000);
    expect(ended()).toEqual([]);
    await done('POST', '/calls/hang-up', { serverCallId, rawId: ALICE });
    expect(ended()).toMatchObject([
      {
        data: {
          endedBy: { communicationIdentifier: { rawId: ALICE } },
          reason: { code: 0 },
          callDurationInSeconds: 3600,
        },
      },
    ]);
    expect(states()).toEqual(['ended']);
  });

  test('is declined, which withdraws it from every device', async () => {
    const serverCallId = await call();
    await done('POST', '/calls/decline', { serverCallId });
    expect(states()).toEqual(['declined']);
    expect(ended()).toMatchObject([{ data: { reason: { code: 603 }, callDurationInSeconds: 0 } }]);
    expect(withdrawn()).toEqual(['a1']);
  });

  test('goes on for the other callees when one declines', async () => {
    const serverCallId = await call([ALICE, CAROL]);
    await done('POST', '/calls/decline', { serverCallId, rawId: ALICE });
    expect(states()).toEqual(['ringing']);
    expect(withdrawn()).toEqual(['a1']);
    await refused('/calls/answer', { serverCallId, rawId: ALICE });
    await done('POST', '/calls/answer', { serverCallId, rawId: CAROL });
    expect(states()).toEqual(['answered']);
    expect(withdrawn()).toEqual(['a1', 'c1']);
  });

  test('is answered, where nobody is named, by the first callee who has not declined', async () => {
    const serverCallId = await call([ALICE, CAROL]);
    await done('POST', '/calls/decline', { serverCallId, rawId: ALICE });
    await done('POST', '/calls/answer', { serverCallId });
    expect(joined()).toEqual([BOB, CAROL]);
  });

  test('is joined by no callee who declined before the others answer', async () => {
    const { serverCallId } = await done('POST', '/calls', {
      acsId: ACS_ID,
      from: BOB,
      to: [ALICE, CAROL],
      answeredAfterSeconds: 5,
    });
    await done('POST', '/calls/decline', { serverCallId, rawId: ALICE });
    await azure.clock.advance(5_000);
    expect(joined()).toEqual([BOB, CAROL]);
  });

  test('is not answered for a callee who answers every call and declines this one', async () => {
    await done('POST', '/answering', { acsId: ACS_ID, rawId: ALICE, afterSeconds: 5 });
    const serverCallId = await call([ALICE, CAROL]);
    await done('POST', '/calls/decline', { serverCallId, rawId: ALICE });
    await azure.clock.advance(5_000);
    expect(states()).toEqual(['ringing']);
    await azure.clock.advance(25_000);
    expect(ended()).toMatchObject([{ data: { reason: { code: 487, subCode: 10004 } } }]);
  });

  test('is answered by the next who answers every call, when the first one declines', async () => {
    await done('POST', '/answering', { acsId: ACS_ID, rawId: ALICE, afterSeconds: 5 });
    await done('POST', '/answering', { acsId: ACS_ID, rawId: CAROL, afterSeconds: 10 });
    const serverCallId = await call([ALICE, CAROL]);
    await done('POST', '/calls/decline', { serverCallId, rawId: ALICE });
    await azure.clock.advance(10_000);
    expect(joined()).toEqual([BOB, CAROL]);
  });

  test('is joined, of several callees, by those alone who answer every call, and rings no others', async () => {
    await done('POST', '/answering', { acsId: ACS_ID, rawId: CAROL, afterSeconds: 5 });
    await call([ALICE, CAROL]);
    await azure.clock.advance(5_000);
    expect(states()).toEqual(['answered']);
    expect(joined()).toEqual([BOB, CAROL]);
    expect(withdrawn()).toEqual(['a1']);
  });

  test('is answered by whoever answers first, wherever they are among the callees', async () => {
    await done('POST', '/answering', { acsId: ACS_ID, rawId: ALICE, afterSeconds: 10 });
    await done('POST', '/answering', { acsId: ACS_ID, rawId: CAROL, afterSeconds: 5 });
    await call([ALICE, CAROL]);
    await azure.clock.advance(5_000);
    expect(joined()).toEqual([BOB, CAROL]);
  });

  test('ends unanswered when its time is over before a callee would have answered', async () => {
    await done('POST', '/calls', {
      acsId: ACS_ID,
      from: BOB,
      to: ALICE,
      answeredAfterSeconds: 10,
      endedAfterSeconds: 5,
    });
    await azure.clock.advance(5_000);
    expect(ended()).toMatchObject([{ data: { reason: { code: 487, subCode: 10004 } } }]);
    expect(joined()).toEqual([]);
  });

  test('may be answered and hung up before all of its pushes are sent', async () => {
    const { communication } = azure.services;
    const placing = call();
    const [{ serverCallId } = { serverCallId: '' }] = communication.knownCalls();
    communication.answerCall(serverCallId, ALICE);
    communication.hangUpCall(serverCallId, ALICE);
    await placing;
    expect(states()).toEqual(['ended']);
    expect(joined()).toEqual([BOB, ALICE]);
    expect(ended()).toMatchObject([
      { data: { endedBy: { communicationIdentifier: { rawId: ALICE } }, reason: { code: 0 } } },
    ]);
  });

  test('is given up by its caller', async () => {
    const serverCallId = await call();
    await done('POST', '/calls/hang-up', { serverCallId });
    expect(states()).toEqual(['ended']);
    expect(ended()).toMatchObject([{ data: { reason: { code: 487, subCode: 0 } } }]);
    expect(withdrawn()).toEqual(['a1']);
  });

  test('rings out after 30 seconds, and nothing more is sent', async () => {
    await call();
    await azure.clock.advance(30_000);
    expect(ended()).toMatchObject([{ data: { reason: { code: 487, subCode: 10004 } } }]);
    expect(withdrawn()).toEqual([]);
  });
});

test('nobody does anything with a call that has ended, that there is not, or that is not theirs', async () => {
  const serverCallId = await call();
  await refused('/calls/answer', { serverCallId, rawId: CAROL });
  await refused('/calls/hang-up', { serverCallId, rawId: CAROL });
  await refused('/calls/decline', { serverCallId: 'other' });
  await done('POST', '/calls/answer', { serverCallId });
  await refused('/calls/decline', { serverCallId });
  await done('POST', '/calls/hang-up', { serverCallId });
  await refused('/calls/hang-up', { serverCallId });
});

test('a call that is answered is ended by nobody who did not join it', async () => {
  const serverCallId = await call([ALICE, CAROL]);
  await done('POST', '/calls/answer', { serverCallId, rawId: ALICE });
  await refused('/calls/hang-up', { serverCallId, rawId: CAROL });
  expect(states()).toEqual(['answered']);
  await done('POST', '/calls/hang-up', { serverCallId, rawId: ALICE });
  expect(states()).toEqual(['ended']);
});

test('a user who signs out has no device any more', async () => {
  await done('POST', '/devices', { acsId: ACS_ID, rawId: ALICE, platform: 'fcmv1', handle: 'f1' });
  expect(await done('POST', '/users/sign-out', { acsId: ACS_ID, rawId: ALICE })).toEqual({ devices: 2 });
  expect(azure.services.communication.devicesOf(ACS_ID, ALICE)).toEqual([]);
  expect(await done('POST', '/users/sign-out', { acsId: ACS_ID, rawId: ALICE })).toEqual({ devices: 0 });
});

test('a registration that expires is pushed to no more', async () => {
  await done('POST', '/devices/expire', { acsId: ACS_ID, rawId: ALICE, handle: 'a1' });
  await call();
  expect(azure.context.inbox).toEqual([]);
  await refused('/devices/expire', { acsId: ACS_ID, rawId: ALICE, handle: 'a1' });
});

test('a resource without a link has no policy to turn the key of', async () => {
  const unlinked = ACS_ID.replace('acs-test', 'acs-other');
  await azure.put(unlinked, '2025-05-01', { location: 'global', properties: { dataLocation: 'Europe' } });
  await refused('/links/turn-key', { acsId: unlinked });
  await refused('/links/remake-policy', { acsId: unlinked });
});
