import { KINDS, readPreferences } from '../../../relay/preferences/preferences';

const quietHours = { timeZone: 'Europe/Berlin', from: '22:00', to: '07:00' };
const problemsOf = (body: unknown) => {
  const read = readPreferences(body);
  return 'problems' in read ? read.problems : [];
};

test('a document is given back as it was written, and says nothing that it did not say', () => {
  const document = {
    mutedThreads: [
      { threadId: '19:a@thread.v2' },
      { threadId: '19:b@thread.v2', until: '2026-12-01T08:00:00+01:00' },
    ],
    quietHours: { ...quietHours, days: ['mon', 'fri'], except: ['incoming-call'] },
    events: { 'chat-message-received': true, 'missed-call': false },
  };
  expect(readPreferences(document)).toEqual({ preferences: document });
  expect(readPreferences({})).toEqual({ preferences: {} });
});

test('every kind of push can be turned off, and let through quiet hours', () => {
  const events = Object.fromEntries(KINDS.map((kind) => [kind, false]));
  expect(problemsOf({ events, quietHours: { ...quietHours, except: KINDS } })).toEqual([]);
});

test.each([
  [[], 'body must be a JSON object, got an array'],
  [{ muted: [] }, "unknown field 'muted', expected some of mutedThreads, quietHours, events"],
  [{ mutedThreads: {} }, "'mutedThreads' must be a list of at most 200 threads"],
  [
    { mutedThreads: Array(201).fill({ threadId: 'x' }) },
    "'mutedThreads' must be a list of at most 200 threads",
  ],
  [{ mutedThreads: ['19:a'] }, "'mutedThreads[0]' must be an object with threadId, got a string"],
  [{ mutedThreads: [{}] }, "'mutedThreads[0].threadId' must be the id of a chat thread"],
  [
    { mutedThreads: [{ threadId: 'a', until: 'tomorrow' }] },
    "'mutedThreads[0].until' must be a time with its zone",
  ],
  [{ mutedThreads: [{ threadId: 'a', until: '2026-12-01T08:00:00' }] }, 'such as 2026-12-01T08:00:00Z'],
  [{ mutedThreads: [{ threadId: 'a', until: '2026-13-01T08:00:00Z' }] }, "'mutedThreads[0].until'"],
  [{ quietHours: '22-07' }, "'quietHours' must be an object with timeZone, from and to, got a string"],
  [
    { quietHours: { ...quietHours, timeZone: 'Berlin' } },
    'such as Europe/Berlin: what the device calls its own zone',
  ],
  [{ quietHours: { ...quietHours, timeZone: '+01:00' } }, "'quietHours.timeZone' must be a name"],
  [{ quietHours: { from: '22:00', to: '07:00' } }, "'quietHours.timeZone' must be a name"],
  [{ quietHours: { ...quietHours, from: '24:00' } }, "'quietHours.from' must be a time of day such as 22:00"],
  [{ quietHours: { ...quietHours, to: '7:00' } }, "'quietHours.to' must be a time of day such as 07:00"],
  [{ quietHours: { ...quietHours, to: '22:00' } }, 'a whole day is from 00:00 to 24:00'],
  [
    { quietHours: { ...quietHours, days: ['monday'] } },
    "'quietHours.days' must be a list of some of mon, tue",
  ],
  [{ quietHours: { ...quietHours, days: [] } }, "'quietHours.days' must name a day"],
  [
    { quietHours: { ...quietHours, except: ['calls'] } },
    "'quietHours.except' must be a list of some of incoming-call",
  ],
  [{ events: ['missed-call'] }, "'events' must be an object of kinds, each true or false, got an array"],
  [
    { events: { ChatMessageReceived: false } },
    "unknown field 'events.ChatMessageReceived', expected some of incoming-call",
  ],
  [{ events: { 'missed-call': 'off' } }, "'events.missed-call' must be true or false, got a string"],
])('%j is refused with what to do', (body, problem) => {
  expect(problemsOf(body)).toEqual([expect.stringContaining(problem)]);
});

test('all that is wrong is told at once, and nothing of what was written', () => {
  const problems = problemsOf({
    mutedThreads: [{ threadId: 7 }],
    quietHours: { timeZone: 'secret-zone', from: 'x', to: 'y' },
    events: { 'missed-call': 0 },
  });
  expect(problems).toHaveLength(5);
  expect(problems.join()).not.toContain('secret-zone');
});

test('names that every object has are no fields', () => {
  expect(problemsOf(JSON.parse('{"__proto__": {"events": {}}, "constructor": 1}'))).toHaveLength(2);
  expect(problemsOf({ events: JSON.parse('{"toString": false}') })).toHaveLength(1);
});
