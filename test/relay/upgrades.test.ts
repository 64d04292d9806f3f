import { recordingFileStatusUpdated } from '../../relay/events/calls/recording-file-status-updated';
import type { RelayEvent } from '../../relay/envelope';
import { RememberedCalls } from '../../relay/storage/calls';
import { ALICE } from './samples';

/** Base64 of an address, with the padding that most have. */
const SERVER_CALL_ID = 'aHR0cHM6Ly9hcGkuZmxpZ2h0cHJveHkuc2t5cGUuY29tL2FwaS92Mi9jcC9hYg==';

test.each([
  ['as the event has it', SERVER_CALL_ID],
  ['as this version does', SERVER_CALL_ID.replace(/=+$/, '')],
])('a recording tells who started the call, when that is remembered %s', async (_, key) => {
  const calls = new RememberedCalls();
  await calls.learn(key, { startedBy: ALICE });
  const event = {
    id: 'e',
    type: 'Microsoft.Communication.RecordingFileStatusUpdated',
    subject: `/recording/call/c/serverCallId/${SERVER_CALL_ID}/recordingId/r`,
    time: Date.now(),
    data: { recordingDurationMs: 60_000 },
  } as unknown as RelayEvent;
  const { notifications } = await recordingFileStatusUpdated(event, {
    calls,
    now: () => Date.now(),
    wants: async () => true,
  });
  expect(notifications).toMatchObject([{ recipient: ALICE }]);
});
