export { callEnded } from './call-ended';
export { callParticipantAdded } from './call-participant-added';
export { callStarted } from './call-started';
export { incomingCall } from './incoming-call';
export { recordingFileStatusUpdated } from './recording-file-status-updated';
export { RING_MS } from './ring';
