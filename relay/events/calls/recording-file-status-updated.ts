import type { RelayEvent } from '../../envelope';
import { PermanentError, TransientError } from '../../errors';
import { maybeNumber, maybeText, shape } from '../../schema';
import { collapseId, MESSAGE_MS, type Decision, type DecisionPorts } from '../decision';
import { decoded, serverCallKey, starterOf, withoutEnd } from './starter';

/** How long a recording waits for the event that says who started its call, in milliseconds. */
const STARTER_MS = 15 * 60_000;

/** https://learn.microsoft.com/azure/event-grid/communication-services-voice-video-events */
const recording = shape({
  durationMs: maybeNumber('recordingDurationMs'),
  recordingId: maybeText('recordingId'),
  serverCallId: maybeText('serverCallId'),
  startTime: maybeText('recordingStartTime'),
});

/**
 * `RecordingFileStatusUpdated`: tells who started the call that its recording is ready. The event itself names
 * nobody; other events of the same call do.
 */
export async function recordingFileStatusUpdated(
  event: RelayEvent,
  { calls, now }: DecisionPorts,
): Promise<Decision> {
  const { durationMs = 0, ...data } = recording(event.data);
  const serverCallId = inSubject(event.subject, 'serverCallId') ?? data.serverCallId;
  if (!serverCallId) {
    throw new PermanentError('invalid-data', `'subject' or 'data' must name the serverCallId`);
  }
  // A call can be recorded more than once.
  const recordingId =
    inSubject(event.subject, 'recordingId') ??
    data.recordingId ??
    collapseId(serverCallKey(serverCallId), data.startTime ?? '');
  const startedBy = await starterOf(serverCallId, calls);
  if (!startedBy) {
    if (now() - event.time < STARTER_MS) {
      throw new TransientError('who started the recorded call is not known yet');
    }
    throw new PermanentError(
      'no-recipient',
      'nobody to tell of the recording: no CallStarted or CallEnded event named who started the call',
    );
  }
  const id = collapseId('recording', recordingId);
  return {
    notifications: [
      {
        recipient: startedBy,
        kind: 'message',
        template: 'recording-file-status-updated',
        parameters: { minutes: String(Math.max(1, Math.round(durationMs / 60_000))) },
        expiresAt: event.time + MESSAGE_MS,
        collapseId: id,
        threadId: 'recordings',
        data: { event: 'RecordingFileStatusUpdated', recordingId, notificationId: id },
      },
    ],
  };
}

/**
 * A part of `/recording/call/{id}/serverCallId/{id}/recordingId/{id}`, percent-encoded or not: Base64 may hold slashes,
 * so that a part ends where the next name begins.
 */
function inSubject(subject: string, name: 'serverCallId' | 'recordingId'): string | undefined {
  const from = subject.toLowerCase().indexOf(`/${name.toLowerCase()}/`);
  if (from < 0) return undefined;
  const rest = subject.slice(from + name.length + 2);
  const next = rest.toLowerCase().search(/\/(?:servercallid|recordingid)\//);
  return withoutEnd(decoded(next < 0 ? rest : rest.slice(0, next)), '/') || undefined;
}
