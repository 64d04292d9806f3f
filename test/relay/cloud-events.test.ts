import { readFileSync } from 'node:fs';
import { connect, DeadLetterBox, type DeadLetterEntry } from '../../relay/operations';
import { userTag } from '../../relay/tags';
import { ForwardClock } from '../../local/azure/core/forward-clock';
import { ACCOUNT_NAME, ACS, LocalRelay } from './local-relay';
import { BOB, Samples } from './samples';

const clock = new ForwardClock();
const relay = new LocalRelay({ clock, schema: 'CloudEventSchemaV1_0' });
const samples = new Samples(ACS, () => clock.now());
const IPHONE = 'b0b1'.repeat(16);

beforeAll(async () => {
  await relay.start();
  await relay.install('bobs-iphone', 'apns', IPHONE, [userTag(BOB)]);
});
afterAll(() => relay.close());
beforeEach(() => {
  relay.inbox.length = 0;
});

test('Event Grid delivers in the CloudEvents schema, and each event becomes its push', async () => {
  const message = samples.chatMessageReceived();
  const call = samples.incomingCall();
  for (const event of [message, call]) relay.services.eventGrid.publish(ACS, event);
  await relay.until(() => relay.services.eventGrid.pending() === 0);
  expect(relay.inbox.map(({ payload }) => (payload as any).acs.event).sort()).toEqual([
    'ChatMessageReceived',
    'IncomingCall',
  ]);
  expect(relay.logged('event handled').map(({ outcome, eventId }) => [outcome, eventId])).toEqual(
    expect.arrayContaining([
      ['pushed', message.id],
      ['pushed', call.id],
    ]),
  );
});

test('what cannot become a push is kept in the schema it came in', async () => {
  const event = samples.chatMessageReceived({ threadId: 7 });
  relay.services.eventGrid.publish(ACS, event);
  await relay.until(() => relay.services.eventGrid.pending() === 0);
  const [letter] = await relay.deadLetters();
  expect(letter!.content).toMatchObject({
    deadLetterReason: 'invalid-data',
    event: { specversion: '1.0', id: event.id, type: event.eventType, source: ACS, data: event.data },
  });
});

test('what Event Grid gave up is read out of its lower-case fields, and replayed', async () => {
  const connected = connect(relay.tokens, {
    environment: relay.environment,
    ca: readFileSync(relay.azure.endpoints.certificateFile, 'utf8'),
  });
  const box = new DeadLetterBox(connected, ACCOUNT_NAME, 'deadletter');
  const entries = async () => {
    const all: DeadLetterEntry[] = [];
    for await (const entry of box.list({ keptBy: 'event-grid' })) all.push(entry);
    return all;
  };
  await relay.kill();
  const call = samples.incomingCall();
  relay.services.eventGrid.publish(ACS, call);
  await relay.until(async () => {
    clock.advance(60_000);
    return (await entries()).length > 0;
  }, 200);
  await relay.startFunction();

  const [entry] = await entries();
  expect(entry).toMatchObject({
    reason: expect.stringMatching(/Exceeded$/),
    detail: expect.any(String),
    keptAt: expect.stringMatching(/^\d{4}-/),
    functionName: 'calls',
    eventId: call.id,
    eventType: call.eventType,
    eventTime: expect.stringMatching(/^\d{4}-/),
  });
  // The event as it was delivered, without what Event Grid wrote beside it.
  expect(Object.keys(entry!.event as object).sort()).toEqual(
    ['data', 'id', 'source', 'specversion', 'subject', 'time', 'type'].sort(),
  );
  const deliver = async (functionName: string, event: unknown) =>
    (await relay.deliver(functionName, event)).status;
  expect(await box.replay(entry!, deliver)).toEqual({ kind: 'replayed' });
  expect(relay.logged('event handled').at(-1)).toMatchObject({ eventId: call.id });
  connected.transport.close();
});
