import { hasLine, worthTelling } from '../../relay/event-line';
import { readSettings } from '../../relay/settings';

const ids = Array.from({ length: 2000 }, (_, index) => `event ${index}`);

test('of events that ended well as many have a line as were asked for, and each delivery of one alike', () => {
  const told = ids.filter((id) => hasLine(25, 'pushed', id));
  expect(told.length).toBeGreaterThan(450);
  expect(told.length).toBeLessThan(550);
  expect(told.every((id) => hasLine(25, 'duplicate', id))).toBe(true);
});

test('all or none of them', () => {
  expect(ids.every((id) => hasLine(100, 'pushed', id))).toBe(true);
  expect(ids.some((id) => hasLine(0, 'nobody-to-tell', id))).toBe(false);
});

test('those that did not end well always have theirs', () => {
  for (const outcome of ['failed', 'dead-lettered', 'expired'] as const) {
    expect(hasLine(0, outcome, ids[0])).toBe(true);
  }
  expect(hasLine(0, 'dead-lettered')).toBe(true);
});

describe('a single notification is told', () => {
  const eventType = 'Microsoft.Communication.ChatMessageReceived';
  const same = { event: 'ChatMessageReceived', outcome: 'pushed' } as const;
  const of = (one: typeof same | object, outcome: 'pushed' | 'failed' = 'pushed') =>
    worthTelling([{ ...same, ...one }], { eventType, outcome });

  test('not when it says what its event says', () => {
    expect(of({})).toBeUndefined();
    expect(of({ because: undefined })).toBeUndefined();
  });

  test.each<[string, object]>([
    ['of another kind than its event', { event: 'MissedCall' }],
    ['pushed without a sound', { silent: true }],
    ['late', { ageMs: 5 }],
  ])('when it was %s', (_, more) => expect(of(more)).toHaveLength(1));

  test('when it fared otherwise than its event', () => expect(of({}, 'failed')).toHaveLength(1));
});

test('several are told in any case', () => {
  const one = { event: 'X', outcome: 'pushed' } as const;
  expect(worthTelling([one, one], { eventType: 'a.X', outcome: 'pushed' })).toHaveLength(2);
});

test('a share that is none is named', () => {
  const environment = { RELAY_SUCCESS_LINES_PERCENT: '101' };
  expect(() => readSettings(environment)).toThrow(
    /RELAY_SUCCESS_LINES_PERCENT.*a whole number from 0 to 100/s,
  );
});
