import { COMMUNICATION_EVENT_NAMES } from '../../constructs';
import { EVENT_TYPES } from '../../relay/events';
import type { EventOutcome } from '../../relay/contract';
import { bareRelay } from './bare-relay';
import { asCloudEvent, Samples, type EventGridEvent } from './samples';

const SOURCE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs';
const samples = new Samples(SOURCE);

test('the relay knows the event types that a subscription can be made for, and no others', () => {
  expect([...EVENT_TYPES].sort()).toEqual(
    COMMUNICATION_EVENT_NAMES.map((name) => `Microsoft.Communication.${name}`).sort(),
  );
});

test('there is a sample of every event type', () => {
  expect([...new Set(samples.all().map(({ eventType }) => eventType))].sort()).toEqual(
    [...EVENT_TYPES].sort(),
  );
});

describe.each([
  ['Event Grid', (event: EventGridEvent): unknown => event],
  ['CloudEvents', asCloudEvent],
])('in the schema of %s', (_schema, shaped) => {
  const { relay, letters, messages } = bareRelay(SOURCE);
  const handle = (event: EventGridEvent) =>
    relay.handle(shaped(event), 'messages', { write: () => undefined });
  beforeEach(() => {
    letters.length = 0;
    messages.length = 0;
  });

  test.each(samples.unpushed().map((event): [string, EventGridEvent] => [event.eventType, event]))(
    '%s tells nobody and is not kept',
    async (_type, event) => {
      expect(await handle(event)).toBe('nobody-to-tell');
      expect(letters).toEqual([]);
    },
  );

  test.each([
    ['a chat message', () => samples.chatMessageReceived(), 'pushed'],
    ['its edit', () => samples.chatMessageEdited(), 'pushed'],
    ['its deletion', () => samples.chatMessageDeleted(), 'pushed'],
    ['a new thread', () => samples.chatThreadCreatedWithUser(), 'pushed'],
    ['a call', () => samples.incomingCall(), 'pushed'],
    ['a call with the short names of who calls whom', () => samples.incomingCallWithShortNames(), 'pushed'],
    ['the start of a call', () => samples.callStarted(), 'nobody-to-tell'],
    ['a participant', () => samples.callParticipantAdded(), 'nobody-to-tell'],
    ['the end of a call that called nobody', () => samples.callEnded(), 'nobody-to-tell'],
    ['an SMS', () => samples.smsReceived(), 'pushed'],
    ['an SMS in PascalCase', () => samples.smsReceivedInPascalCase(), 'pushed'],
    [
      'a recording whose subject has no server call',
      () => samples.recordingWithoutServerCall(),
      'dead-lettered',
    ],
  ] satisfies [string, () => EventGridEvent, EventOutcome][])(
    '%s becomes what it is to become',
    async (_what, happens, outcome) => {
      expect(await handle(happens())).toBe(outcome);
      expect(letters).toHaveLength(outcome === 'dead-lettered' ? 1 : 0);
      expect(messages.length > 0).toBe(outcome === 'pushed');
    },
  );

  test.each([
    ['as documented', { communicationIdentifier: { rawId: '8:acs:starter' }, role: 'Organizer' }],
    [
      'as it was before',
      { rawId: '8:acs:starter', communicationUser: { id: '8:acs:starter' }, role: 'Organizer' },
    ],
  ])('a recording finds who started its call, %s', async (_how, startedBy) => {
    const started = samples.callStarted({ startedBy });
    expect(await handle(started)).toBe('nobody-to-tell');
    expect(await handle(samples.recordingFileStatusUpdated(String(started.data['serverCallId'])))).toBe(
      'pushed',
    );
    expect(new Set(messages.map(({ tagExpression }) => tagExpression))).toEqual(
      new Set(['user:8:acs:starter']),
    );
  });
});
