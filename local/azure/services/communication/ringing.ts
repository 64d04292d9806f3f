/** An incoming call rings for 30 seconds (communication-services/concepts/call-automation/incoming-call). */
export const RINGING_SECONDS = 30;
