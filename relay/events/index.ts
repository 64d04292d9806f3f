import type { OptionalEvent } from '../contract';
import { advancedMessageReceived } from './advanced-message-received';
import {
  callEnded,
  callParticipantAdded,
  callStarted,
  incomingCall,
  recordingFileStatusUpdated,
} from './calls';
import { chatMessageDeleted, chatMessageEdited, chatMessageReceived } from './chat-message';
import { chatParticipantAddedToThreadWithUser } from './chat-participant-added';
import { chatThreadCreatedWithUser } from './chat-thread-created';
import type { EventHandler } from './decision';
import { smsReceived } from './sms-received';

const nobody: EventHandler = () => ({ notifications: [], because: 'no-push-for-type' });

/**
 * What is done about each event type of Communication Services. Types that tell nobody by default are here too:
 * a type that is not is kept for a person to look at.
 * Source of the names: `@azure/eventgrid` 5.12.0, and for the analysis of messages, which is in preview there
 * https://learn.microsoft.com/azure/event-grid/communication-services-advanced-messaging-events
 */
const HANDLERS: Readonly<Record<string, EventHandler>> = {
  AdvancedMessageAnalysisCompleted: nobody,
  AdvancedMessageDeliveryStatusUpdated: nobody,
  AdvancedMessageReceived: nobody,
  CallEnded: callEnded,
  CallParticipantAdded: callParticipantAdded,
  CallParticipantRemoved: nobody,
  CallStarted: callStarted,
  ChatAzureBotCommandReceivedInThread: nobody,
  ChatMessageDeleted: chatMessageDeleted,
  ChatMessageDeletedInThread: nobody,
  ChatMessageEdited: chatMessageEdited,
  ChatMessageEditedInThread: nobody,
  ChatMessageReceived: chatMessageReceived,
  ChatMessageReceivedInThread: nobody,
  ChatParticipantAddedToThreadWithUser: nobody,
  ChatParticipantRemovedFromThreadWithUser: nobody,
  ChatThreadCreated: nobody,
  ChatThreadCreatedWithUser: chatThreadCreatedWithUser,
  ChatThreadDeleted: nobody,
  ChatThreadParticipantAdded: nobody,
  ChatThreadParticipantRemoved: nobody,
  ChatThreadPropertiesUpdated: nobody,
  ChatThreadPropertiesUpdatedPerUser: nobody,
  ChatThreadWithUserDeleted: nobody,
  ChatTypingIndicatorReceivedInThread: nobody,
  EmailDeliveryReportReceived: nobody,
  EmailEngagementTrackingReportReceived: nobody,
  IncomingCall: incomingCall,
  RecordingFileStatusUpdated: recordingFileStatusUpdated,
  RouterJobCancelled: nobody,
  RouterJobClassificationFailed: nobody,
  RouterJobClassified: nobody,
  RouterJobClosed: nobody,
  RouterJobCompleted: nobody,
  RouterJobDeleted: nobody,
  RouterJobExceptionTriggered: nobody,
  RouterJobQueued: nobody,
  RouterJobReceived: nobody,
  RouterJobSchedulingFailed: nobody,
  RouterJobUnassigned: nobody,
  RouterJobWaitingForActivation: nobody,
  RouterJobWorkerSelectorsExpired: nobody,
  RouterWorkerDeleted: nobody,
  RouterWorkerDeregistered: nobody,
  RouterWorkerOfferAccepted: nobody,
  RouterWorkerOfferDeclined: nobody,
  RouterWorkerOfferExpired: nobody,
  RouterWorkerOfferIssued: nobody,
  RouterWorkerOfferRevoked: nobody,
  RouterWorkerRegistered: nobody,
  RouterWorkerUpdated: nobody,
  SMSDeliveryReportReceived: nobody,
  SMSReceived: smsReceived,
  UserDisconnected: nobody,
};

/** What is done about types that tell nobody unless they are asked for. */
const OPTIONAL: Readonly<Record<OptionalEvent, EventHandler>> = {
  AdvancedMessageReceived: advancedMessageReceived,
  ChatParticipantAddedToThreadWithUser: chatParticipantAddedToThreadWithUser,
};

const PREFIX = 'Microsoft.Communication.';

/**
 * The handler for an event type (`Microsoft.Communication.ChatMessageReceived`), or nothing for an unknown one.
 *
 * @param asked optional types that are to become pushes
 */
export function handlerFor(type: string, asked: ReadonlySet<OptionalEvent>): EventHandler | undefined {
  const name = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : '';
  if (asked.has(name as OptionalEvent)) return OPTIONAL[name as OptionalEvent];
  return Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
}

/** All event types that the relay knows, by full name. */
export const EVENT_TYPES: readonly string[] = Object.keys(HANDLERS).map((name) => `${PREFIX}${name}`);
