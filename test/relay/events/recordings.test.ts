import { seededRandom } from '../../../local/azure/core/random';
import { RELAY_EVENT_TYPES } from '../../../relay/contract';
import { TransientError } from '../../../relay/errors';
import { ALICE, identifier } from '../samples';
import { samples, Story } from './story';

/** A server call id, which is Base64 of an address. */
const SERVER_CALL = 'aHR0cHM6Ly9jb252LmV4YW1wbGUvY29udi9hYmM/aT0wJmU9Nj++//8==';
const URL_SAFE = SERVER_CALL.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const RECORDING = 'eyJQbGF0Zm9ybSI6ImEifQ==';

const started = samples.callStarted({ serverCallId: SERVER_CALL, startedBy: identifier(ALICE) });

async function told(subject: string, data: Record<string, unknown> = {}) {
  const story = new Story();
  await story.tell(started);
  const recording = { ...samples.recordingFileStatusUpdated('x', data), subject };
  const [outcome] = await story.tell(recording).catch(() => ['failed'] as const);
  return { outcome, push: story.payloadsTo(ALICE, 'iphone')[0], story };
}

describe('a recording is told to who started its call', () => {
  test.each([
    ['in the subject', `/recording/call/c/serverCallId/${URL_SAFE}/recordingId/${RECORDING}`, {}],
    [
      'in the subject with slashes',
      `/recording/call/c/serverCallId/${SERVER_CALL}/recordingId/${RECORDING}`,
      {},
    ],
    [
      'in the subject, percent-encoded',
      `/recording/call/c/serverCallId/${encodeURIComponent(SERVER_CALL)}/recordingId/${encodeURIComponent(RECORDING)}`,
      {},
    ],
    [
      'in the subject, in another letter case and order',
      `/recording/call/c/recordingid/${RECORDING}/servercallid/${encodeURIComponent(SERVER_CALL)}`,
      {},
    ],
    ['in the data', '/recording', { serverCallId: SERVER_CALL, recordingId: RECORDING }],
    [
      'one in the subject and one in the data',
      `/recording/call/c/recordingId/${RECORDING}`,
      { serverCallId: encodeURIComponent(SERVER_CALL) },
    ],
  ])('with its ids %s', async (_where, subject, data) => {
    const { outcome, push } = await told(subject, data);
    expect(outcome).toBe('pushed');
    expect(push).toMatchObject({ event: 'RecordingFileStatusUpdated', recordingId: RECORDING });
  });

  test('without an id of its own, under one made of its call and its start', async () => {
    const subject = `/recording/call/c/serverCallId/${encodeURIComponent(SERVER_CALL)}`;
    const one = await told(subject, { recordingStartTime: '2026-01-01T10:00:00Z' });
    const same = await told(subject, { recordingStartTime: '2026-01-01T10:00:00Z' });
    const other = await told(subject, { recordingStartTime: '2026-01-01T11:00:00Z' });
    expect(one.outcome).toBe('pushed');
    expect(same.push).toEqual(one.push);
    expect(other.push!['notificationId']).not.toBe(one.push!['notificationId']);
  });

  test('whichever way its id is spelt where the call starts', async () => {
    const story = new Story();
    await story.tell(samples.callStarted({ serverCallId: URL_SAFE, startedBy: identifier(ALICE) }));
    await story.tell(samples.recordingFileStatusUpdated(encodeURIComponent(SERVER_CALL)));
    expect(story.to(ALICE, 'android')).toEqual(['RecordingFileStatusUpdated']);
  });
});

test('a recording of a call that nothing names is kept', async () => {
  const { outcome, story } = await told('/recording/call/c/recordingId/r');
  expect(outcome).toBe('dead-lettered');
  expect(story.letters[0]).toMatchObject({ reason: 'invalid-data' });
});

test.each([
  '%',
  '%E0%A4%A',
  '/serverCallId/',
  '/serverCallId//recordingId/',
  '/recordingId/%00/serverCallId/%',
])('a subject such as %p breaks nothing', async (subject) => {
  expect(['dead-lettered', 'failed']).toContain((await told(subject)).outcome);
});

const SEED = Number(process.env['RELAY_TEST_SEED'] ?? 7);

test(`seed ${SEED}: subjects of any kind become a push, are kept, or wait, and nothing else`, async () => {
  const random = seededRandom(`${SEED}/subjects`);
  const parts = [
    '/serverCallId/',
    '/recordingId/',
    '/recording/call/',
    '/',
    '%',
    '%2F',
    '%00',
    '\ud800',
    '=',
    'é',
  ];
  const pick = () =>
    [...parts, SERVER_CALL, RECORDING, 'x'.repeat(300)][Math.floor(random() * (parts.length + 3))]!;
  const story = new Story();
  await story.tell(started);
  const seen = new Set<string>();
  for (let round = 0; round < 3_000; round++) {
    const subject = Array.from({ length: Math.floor(random() * 8) }, pick).join('');
    const outcome = await story
      .tell({ ...samples.recordingFileStatusUpdated('x'), subject })
      .then(([known]) => known!)
      .catch((error: unknown) => {
        if (!(error instanceof TransientError)) throw new Error(subject, { cause: error });
        return 'again';
      });
    seen.add(outcome);
  }
  expect([...seen].sort()).toEqual(['again', 'dead-lettered', 'pushed']);
});

test('a subject of a million slashes is read like any other', async () => {
  const subject = `/serverCallId/${'/'.repeat(1_000_000)}x${'='.repeat(1_000_000)}x/recordingId/${'/'.repeat(1_000_000)}`;
  expect((await told(subject)).outcome).toBe('failed');
});

test('recordings wait in a subscription of their own', () => {
  expect(RELAY_EVENT_TYPES.recordings).toEqual(['Microsoft.Communication.RecordingFileStatusUpdated']);
  expect(RELAY_EVENT_TYPES.messages).not.toContain(RELAY_EVENT_TYPES.recordings[0]);
});
