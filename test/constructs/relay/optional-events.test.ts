import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OptionalEvent, PushRelayOptions } from '../../../constructs';
import { EnvironmentStack } from '../../../environments/environment-stack';
import { local } from '../../../environments/local';
import { parseEnvironment } from '../../../environments/schema';
import { OPTIONAL_EVENTS, RELAY_EVENT_TYPES } from '../../../relay/contract';
import { ensureAssets } from '../../support/assets';
import { pushNotifications } from '../../support/push-notifications';
import { errorOf, newApp, settingsOf, synth, type Synthesized } from '../../support/synth';

const SUBSCRIPTION = 'azurerm_eventgrid_system_topic_event_subscription';
const ADVANCED = 'AdvancedMessageReceived';

let folder: string;
beforeAll(() => ensureAssets());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'templates-'));
  cpSync(join(__dirname, '../../../relay/templates'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const push = (events: PushRelayOptions) => pushNotifications({ events });

const subscribed = (json: Synthesized) =>
  json.resources(SUBSCRIPTION).map(({ included_event_types }) => included_event_types as string[]);
const without = (...names: string[]) =>
  names.forEach((name) => rmSync(join(folder, name), { recursive: true, force: true }));

test('are neither subscribed to nor set unless they are asked for', () => {
  const json = push({});
  expect(subscribed(json)).toEqual([
    RELAY_EVENT_TYPES.calls,
    RELAY_EVENT_TYPES.messages,
    RELAY_EVENT_TYPES.recordings,
  ]);
  expect(settingsOf(json)).not.toHaveProperty('RELAY_OPTIONAL_EVENTS');
});

test('are subscribed to with the messages when they are, once, and the relay is told', () => {
  const json = push({ optionalEvents: [ADVANCED, ...OPTIONAL_EVENTS] });
  expect(subscribed(json)).toEqual([
    RELAY_EVENT_TYPES.calls,
    [...RELAY_EVENT_TYPES.messages, ...OPTIONAL_EVENTS.map((name) => `Microsoft.Communication.${name}`)],
    RELAY_EVENT_TYPES.recordings,
  ]);
  expect(settingsOf(json).RELAY_OPTIONAL_EVENTS).toBe(OPTIONAL_EVENTS.join(','));
});

test('are those that there are', () => {
  expect(errorOf(() => push({ optionalEvents: ['IncomingCall' as OptionalEvent] }))).toContain(
    `optionalEvents takes some of ${OPTIONAL_EVENTS.join(', ')}; got IncomingCall`,
  );
});

describe('a folder of templates', () => {
  const theirs = [
    'advanced-message-received',
    'chat-participant-added-to-thread-with-user',
    'chat-user-added-to-thread',
  ];

  test('does without those of events that are not asked for', () => {
    without(...theirs);
    expect(() => push({ templates: folder })).not.toThrow();
  });

  test('has to have those of events that are', () => {
    without(...theirs);
    const error = errorOf(() => push({ templates: folder, optionalEvents: [ADVANCED] }));
    expect(error).toContain('advanced-message-received/en.json: missing');
    expect(error).not.toContain('chat-user-added-to-thread');
  });

  test('has them in the default language, when it has them', () => {
    rmSync(join(folder, 'chat-user-added-to-thread/en.json'));
    expect(errorOf(() => push({ templates: folder }))).toContain(
      'chat-user-added-to-thread/en.json: missing',
    );
  });
});

describe('an environment', () => {
  const environment = (optionalEvents: unknown) =>
    parseEnvironment('environments/local.ts', { ...local, events: { target: 'relay', optionalEvents } });

  test('asks for them', () => {
    const json = synth(new EnvironmentStack(newApp(), environment([ADVANCED])));
    expect(settingsOf(json).RELAY_OPTIONAL_EVENTS).toBe(ADVANCED);
    expect(subscribed(json)[1]).toContain(`Microsoft.Communication.${ADVANCED}`);
  });

  test('is told what can be asked for', () => {
    expect(errorOf(() => environment(['IncomingCall']))).toContain(
      "events.optionalEvents.0: takes some of AdvancedMessageReceived, ChatParticipantAddedToThreadWithUser, for example 'AdvancedMessageReceived', got 'IncomingCall'",
    );
  });
});
