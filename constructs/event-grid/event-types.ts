/**
 * Every event type of a Communication Services resource, without the prefix `Microsoft.Communication.`.
 * Source: `@azure/eventgrid` 5.12.0, system event names, and for the analysis of messages, which is in preview,
 * https://learn.microsoft.com/azure/event-grid/communication-services-advanced-messaging-events
 */
export const COMMUNICATION_EVENT_NAMES = [
  'AdvancedMessageAnalysisCompleted',
  'AdvancedMessageDeliveryStatusUpdated',
  'AdvancedMessageReceived',
  'CallEnded',
  'CallParticipantAdded',
  'CallParticipantRemoved',
  'CallStarted',
  'ChatAzureBotCommandReceivedInThread',
  'ChatMessageDeleted',
  'ChatMessageDeletedInThread',
  'ChatMessageEdited',
  'ChatMessageEditedInThread',
  'ChatMessageReceived',
  'ChatMessageReceivedInThread',
  'ChatParticipantAddedToThreadWithUser',
  'ChatParticipantRemovedFromThreadWithUser',
  'ChatThreadCreated',
  'ChatThreadCreatedWithUser',
  'ChatThreadDeleted',
  'ChatThreadParticipantAdded',
  'ChatThreadParticipantRemoved',
  'ChatThreadPropertiesUpdated',
  'ChatThreadPropertiesUpdatedPerUser',
  'ChatThreadWithUserDeleted',
  'ChatTypingIndicatorReceivedInThread',
  'EmailDeliveryReportReceived',
  'EmailEngagementTrackingReportReceived',
  'IncomingCall',
  'RecordingFileStatusUpdated',
  'RouterJobCancelled',
  'RouterJobClassificationFailed',
  'RouterJobClassified',
  'RouterJobClosed',
  'RouterJobCompleted',
  'RouterJobDeleted',
  'RouterJobExceptionTriggered',
  'RouterJobQueued',
  'RouterJobReceived',
  'RouterJobSchedulingFailed',
  'RouterJobUnassigned',
  'RouterJobWaitingForActivation',
  'RouterJobWorkerSelectorsExpired',
  'RouterWorkerDeleted',
  'RouterWorkerDeregistered',
  'RouterWorkerOfferAccepted',
  'RouterWorkerOfferDeclined',
  'RouterWorkerOfferExpired',
  'RouterWorkerOfferIssued',
  'RouterWorkerOfferRevoked',
  'RouterWorkerRegistered',
  'RouterWorkerUpdated',
  'SMSDeliveryReportReceived',
  'SMSReceived',
  'UserDisconnected',
] as const;

/** A type of event that Communication Services publishes. */
export type CommunicationEventType = `Microsoft.Communication.${(typeof COMMUNICATION_EVENT_NAMES)[number]}`;

const PREFIX = 'Microsoft.Communication.';

const KNOWN: ReadonlySet<string> = new Set(COMMUNICATION_EVENT_NAMES.map((name) => PREFIX + name));

/** Whether Communication Services publishes events of this type. */
export function isCommunicationEventType(type: string): type is CommunicationEventType {
  return KNOWN.has(type);
}

/** What is wrong with a name that is no event type, with the nearest one that is. */
export function eventTypeProblem(type: string): string | undefined {
  if (isCommunicationEventType(type)) return undefined;
  // Names alone: a prefix that is left out would outweigh what tells the names apart.
  const name = type.replace(/^Microsoft\.Communication\./i, '');
  const [nearest] = [...COMMUNICATION_EVENT_NAMES].sort((a, b) => distance(name, a) - distance(name, b));
  return `unknown event type '${type}'; did you mean '${PREFIX}${nearest}'?`;
}

/** Levenshtein distance, without regard to case. */
function distance(left: string, right: string): number {
  const a = left.toLowerCase();
  const b = right.toLowerCase();
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
