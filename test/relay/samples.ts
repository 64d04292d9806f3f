import { randomUUID } from 'node:crypto';

const RESOURCE = '1a2b3c4d-0000-4000-8000-000000000001';
export const ALICE = `8:acs:${RESOURCE}_0000001a-aaaa-bbbb-cccc-000000000001`;
export const BOB = `8:acs:${RESOURCE}_0000001a-aaaa-bbbb-cccc-000000000002`;
export const CAROL = `8:acs:${RESOURCE}_0000001a-aaaa-bbbb-cccc-000000000003`;

export interface EventGridEvent {
  id: string;
  topic: string;
  subject: string;
  eventType: string;
  eventTime: string;
  dataVersion: string;
  metadataVersion: string;
  data: Record<string, unknown>;
}

type Data = Record<string, unknown>;

export const identifier = (rawId: string) => ({
  kind: 'communicationUser',
  rawId,
  communicationUser: { id: rawId },
});

const participant = (rawId: string) => ({ communicationIdentifier: identifier(rawId), role: 'Attendee' });

let counter = 0;
const unique = () => String(1_613_694_358_927 + ++counter);

/** Samples of events of one resource, in the shapes that Azure's documentation shows; no two have the same ids. */
export class Samples {
  constructor(
    private readonly topic: string,
    private readonly now: () => number = Date.now,
  ) {}

  event(type: string, data: Data, over: Partial<EventGridEvent> = {}): EventGridEvent {
    return {
      id: randomUUID(),
      topic: this.topic,
      subject: 'thread/19:abc@thread.v2',
      eventType: `Microsoft.Communication.${type}`,
      eventTime: new Date(this.now()).toISOString(),
      dataVersion: '1.0',
      metadataVersion: '1',
      data,
      ...over,
    };
  }

  private chat(over: Data): Data {
    const messageId = unique();
    return {
      messageId,
      type: 'Text',
      version: Number(messageId),
      senderId: ALICE,
      senderDisplayName: 'Alice',
      senderCommunicationIdentifier: identifier(ALICE),
      composeTime: new Date(this.now()).toISOString(),
      threadId: '19:abc@thread.v2',
      transactionId: 'oh+LGB2dUUadMcTAdRWQxQ.1.1.1.1.1827536918.1.7',
      recipientId: BOB,
      recipientCommunicationIdentifier: identifier(BOB),
      ...over,
    };
  }

  chatMessageReceived(over: Data = {}): EventGridEvent {
    const data = this.chat({ messageBody: 'See you at nine', metadata: { key: 'value' }, ...over });
    return this.event('ChatMessageReceived', data);
  }

  chatMessageEdited(over: Data = {}): EventGridEvent {
    const data = this.chat({
      messageBody: 'See you at ten',
      editTime: new Date(this.now()).toISOString(),
      ...over,
    });
    return this.event('ChatMessageEdited', data);
  }

  chatMessageDeleted(over: Data = {}): EventGridEvent {
    return this.event(
      'ChatMessageDeleted',
      this.chat({ deleteTime: new Date(this.now()).toISOString(), ...over }),
    );
  }

  chatThreadCreatedWithUser(over: Data = {}): EventGridEvent {
    return this.event('ChatThreadCreatedWithUser', {
      createdBy: ALICE,
      createdByCommunicationIdentifier: identifier(ALICE),
      properties: { topic: 'Holidays' },
      members: [{ displayName: 'Alice', memberId: ALICE }],
      participants: [
        { displayName: 'Alice', participantCommunicationIdentifier: identifier(ALICE) },
        { displayName: 'Bob', participantCommunicationIdentifier: identifier(BOB) },
      ],
      createTime: new Date(this.now()).toISOString(),
      version: Number(unique()),
      recipientId: BOB,
      recipientCommunicationIdentifier: identifier(BOB),
      transactionId: 'zbZt+9h/N0em+XCW2QvyIA.1.1.1.1.1737228330.0.1737490483.1.6',
      threadId: `19:${unique()}@thread.v2`,
      ...over,
    });
  }

  incomingCall(over: Data = {}): EventGridEvent {
    return this.event(
      'IncomingCall',
      {
        to: identifier(BOB),
        toCommunicationIdentifier: identifier(BOB),
        from: identifier(ALICE),
        fromCommunicationIdentifier: identifier(ALICE),
        serverCallId: 'tob2JIV0wzOHdab3dWcGVWZmsrL2QxYVZnQ2U1bVVLQTh1T056YmpvdXdnQjNzZTlnTEhj',
        callerDisplayName: 'Alice',
        incomingCallContext: 'a context with which the call can be answered',
        correlationId: randomUUID(),
        customContext: { sipHeaders: {}, voipHeaders: {} },
        ...over,
      },
      { subject: `/caller/${ALICE}/recipient/${BOB}` },
    );
  }

  private calling(over: Data): Data {
    return {
      startedBy: participant(ALICE),
      serverCallId: `server-call-${unique()}`,
      group: { id: '00000000-0000-0000-0000-000000000000' },
      room: { id: '{roomId}' },
      isTwoParty: false,
      correlationId: randomUUID(),
      isRoomsCall: false,
      ...over,
    };
  }

  callStarted(over: Data = {}): EventGridEvent {
    return this.event('CallStarted', this.calling(over), {
      subject: `call/{serverCallId}/startedBy/${ALICE}`,
    });
  }

  callEnded(over: Data = {}): EventGridEvent {
    return this.event('CallEnded', this.calling({ durationOfCall: 31.7, ...over }), {
      subject: 'call/{serverCallId}',
    });
  }

  callParticipantAdded(over: Data = {}): EventGridEvent {
    const data = this.calling({
      user: participant(BOB),
      displayName: 'Bob',
      participantId: randomUUID(),
      endpointType: 'web',
      ...over,
    });
    return this.event('CallParticipantAdded', data, { subject: `call/{serverCallId}/participant/${BOB}` });
  }

  callParticipantRemoved(over: Data = {}): EventGridEvent {
    const data = this.calling({
      user: participant(BOB),
      displayName: 'Bob',
      participantId: randomUUID(),
      ...over,
    });
    return this.event('CallParticipantRemoved', data, { subject: `call/{serverCallId}/participant/${BOB}` });
  }

  smsReceived(over: Data = {}): EventGridEvent {
    const messageId = `Incoming_${unique()}`;
    return this.event(
      'SMSReceived',
      {
        messageId,
        from: '15555550100',
        to: '15555550199',
        message: 'Great to connect',
        receivedTimestamp: new Date(this.now()).toISOString(),
        segmentCount: 1,
        ...over,
      },
      { subject: '/phonenumber/15555550199' },
    );
  }

  recordingFileStatusUpdated(serverCallId: string, over: Data = {}): EventGridEvent {
    return this.event(
      'RecordingFileStatusUpdated',
      {
        recordingStorageInfo: {
          recordingChunks: [
            { documentId: '0-eus-d12', index: 0, endReason: 'SessionEnded', contentLocation: 'https://…' },
          ],
        },
        recordingStartTime: new Date(this.now()).toISOString(),
        recordingDurationMs: 662_000,
        sessionEndReason: 'CallEnded',
        ...over,
      },
      { subject: `/recording/call/{callId}/serverCallId/${serverCallId}/recordingId/recording-${unique()}` },
    );
  }

  /** The SMS event as it was before its fields were written in camelCase. */
  smsReceivedInPascalCase(): EventGridEvent {
    const { messageId, from, to, message, receivedTimestamp } = this.smsReceived().data;
    return this.event(
      'SMSReceived',
      {
        MessageId: messageId,
        From: from,
        To: to,
        Message: message,
        ReceivedTimestamp: receivedTimestamp,
      },
      { subject: '/phonenumber/15555550199' },
    );
  }

  /** As the first incoming calls were, with nothing but the short names of who calls whom. */
  incomingCallWithShortNames(over: Data = {}): EventGridEvent {
    const call = this.incomingCall(over);
    delete call.data['toCommunicationIdentifier'];
    delete call.data['fromCommunicationIdentifier'];
    return call;
  }

  /** A recording before its subject named the server call: nobody can be found for it. */
  recordingWithoutServerCall(): EventGridEvent {
    return {
      ...this.recordingFileStatusUpdated('x'),
      subject: '/recording/call/{call-id}/recordingId/{recording-id}',
    };
  }

  /** One of each kind that a push is made of, or that says who is to be told, in the shapes of old and new. */
  pushed(): EventGridEvent[] {
    return [
      this.chatMessageReceived(),
      this.chatMessageEdited(),
      this.chatMessageDeleted(),
      this.chatThreadCreatedWithUser(),
      this.incomingCall(),
      this.incomingCallWithShortNames(),
      this.callStarted(),
      this.callStarted({ startedBy: { ...identifier(ALICE), role: 'Organizer' } }),
      this.callEnded(),
      this.callEnded({ reason: { code: 487, subCode: 10_004, phrase: 'no answer' } }),
      this.callParticipantAdded(),
      this.callParticipantAdded({ user: { ...identifier(BOB), role: 'Attendee' } }),
      this.smsReceived(),
      this.smsReceivedInPascalCase(),
      this.recordingFileStatusUpdated('server-call'),
      this.recordingWithoutServerCall(),
    ];
  }

  /** One of each kind that nobody is told of. */
  unpushed(): EventGridEvent[] {
    return [
      ...this.chatForNobody(),
      ...this.messagingForNobody(),
      ...this.routing(),
      this.callParticipantRemoved(),
      this.event(
        'SMSDeliveryReportReceived',
        {
          messageId: `Outgoing_${unique()}`,
          from: '15555550199',
          to: '+15555550100',
          deliveryStatus: 'Delivered',
          deliveryStatusDetails: 'No error.',
          receivedTimestamp: this.time(),
          deliveryAttempts: [{ timestamp: this.time(), segmentsSucceeded: 1, segmentsFailed: 0 }],
          Tag: 'campaign 7',
        },
        { subject: '/phonenumber/15555550199' },
      ),
      this.event(
        'UserDisconnected',
        { userCommunicationIdentifier: identifier(BOB) },
        { subject: `user/${BOB}` },
      ),
    ];
  }

  /** https://learn.microsoft.com/azure/event-grid/communication-services-chat-events */
  private chatForNobody(): EventGridEvent[] {
    const person = (rawId: string, displayName: string) => ({
      displayName,
      participantCommunicationIdentifier: identifier(rawId),
    });
    const inThread = (over: Data): Data => {
      const { recipientId: _id, recipientCommunicationIdentifier: _who, ...data } = this.chat(over);
      return { ...data, version: String(data['version']) };
    };
    const thread = (over: Data): Data => ({
      createTime: this.time(),
      version: Number(unique()),
      threadId: '19:abc@thread.v2',
      transactionId: `transaction.${unique()}.1`,
      ...over,
    });
    const withUser = (over: Data) =>
      thread({ recipientId: BOB, recipientCommunicationIdentifier: identifier(BOB), ...over });
    const by = (name: string): Data => ({
      [name]: ALICE,
      [`${name}CommunicationIdentifier`]: identifier(ALICE),
    });
    const added = { time: this.time(), addedByCommunicationIdentifier: identifier(ALICE) };
    const removed = { time: this.time(), removedByCommunicationIdentifier: identifier(ALICE) };
    const topic = { properties: { topic: 'Holidays' } };
    return [
      this.event('ChatMessageReceivedInThread', inThread({ messageBody: 'See you at nine' })),
      this.event(
        'ChatMessageEditedInThread',
        inThread({ messageBody: 'See you at ten', editTime: this.time() }),
      ),
      this.event('ChatMessageDeletedInThread', inThread({ deleteTime: this.time() })),
      this.event('ChatAzureBotCommandReceivedInThread', inThread({ messageBody: 'See you, bot' })),
      this.event(
        'ChatTypingIndicatorReceivedInThread',
        inThread({ messageBody: '', type: 'Control/Typing' }),
      ),
      this.event(
        'ChatThreadCreated',
        thread({ ...by('createdBy'), ...topic, participants: [person(ALICE, 'Alice')] }),
      ),
      this.event('ChatThreadDeleted', thread({ ...by('deletedBy'), deleteTime: this.time() })),
      this.event('ChatThreadWithUserDeleted', withUser({ ...by('deletedBy'), deleteTime: this.time() })),
      this.event(
        'ChatThreadPropertiesUpdated',
        thread({ ...by('editedBy'), ...topic, editTime: this.time() }),
      ),
      this.event(
        'ChatThreadPropertiesUpdatedPerUser',
        withUser({ ...by('editedBy'), ...topic, editTime: this.time() }),
      ),
      this.event(
        'ChatThreadParticipantAdded',
        thread({ ...added, participantAdded: person(CAROL, 'Carol') }),
      ),
      this.event(
        'ChatThreadParticipantRemoved',
        thread({ ...removed, participantRemoved: person(CAROL, 'Carol') }),
      ),
      this.event(
        'ChatParticipantAddedToThreadWithUser',
        withUser({ ...added, participantAdded: person(CAROL, 'Carol') }),
      ),
      this.event(
        'ChatParticipantRemovedFromThreadWithUser',
        withUser({ ...removed, participantRemoved: person(CAROL, 'Carol') }),
      ),
    ];
  }

  /**
   * https://learn.microsoft.com/azure/event-grid/communication-services-advanced-messaging-events
   * https://learn.microsoft.com/azure/event-grid/communication-services-email-events
   */
  private messagingForNobody(): EventGridEvent[] {
    const channel = { channelType: 'whatsapp', receivedTimestamp: this.time() };
    const inbound = { ...channel, from: '15555550100', to: randomUUID() };
    const email = {
      sender: 'shop@example.com',
      messageId: randomUUID(),
      internetMessageId: '<1@example.com>',
    };
    return [
      this.event('AdvancedMessageReceived', { ...inbound, messageType: 'text', content: 'Great to connect' }),
      this.event('AdvancedMessageReceived', {
        ...inbound,
        messageType: 'interactive',
        context: { from: '15555550199', id: randomUUID() },
        interactive: { type: 'buttonReply', buttonReply: { id: 'yes', title: 'Yes' } },
      }),
      this.event('AdvancedMessageDeliveryStatusUpdated', {
        ...channel,
        messageId: randomUUID(),
        from: randomUUID(),
        to: '15555550100',
        status: 'Failed',
        error: { channelCode: '131026', channelMessage: 'not on this channel' },
      }),
      this.event('AdvancedMessageAnalysisCompleted', {
        ...inbound,
        originalMessage: 'Great to connect',
        intentAnalysis: 'Greeting: the customer says hello.',
        languageDetection: { language: 'English', confidenceScore: 0.98 },
        extractedKeyPhrases: ['connect'],
      }),
      this.event('EmailDeliveryReportReceived', {
        ...email,
        recipient: 'bob@example.com',
        status: 'Bounced',
        deliveryStatusDetails: {
          statusMessage: 'no such mailbox',
          recipientMailServerHostName: 'mx.example.com',
        },
        deliveryAttemptTimeStamp: this.time(),
      }),
      this.event('EmailEngagementTrackingReportReceived', {
        ...email,
        recipient: 'bob@example.com',
        userActionTimeStamp: this.time(),
        engagementContext: 'https://example.com/offer',
        userAgent: 'Mail/1.0',
        engagementType: 'click',
      }),
    ];
  }

  /** https://learn.microsoft.com/azure/communication-services/how-tos/router-sdk/subscribe-events */
  private routing(): EventGridEvent[] {
    const selector = { key: 'language', labelOperator: 'equal', value: 5, ttl: 'PT50S' };
    const labels = { labels: { Locale: 'en-us' }, tags: { Segment: 'Enterprise' } };
    const job = {
      jobId: randomUUID(),
      channelReference: 'ticket-1',
      channelId: 'chat',
      queueId: 'queue-1',
      priority: 1,
      ...labels,
    };
    const selectors = { requestedWorkerSelectors: [selector], attachedWorkerSelectors: [selector] };
    const errors = [{ code: null, message: 'no queue', target: null, innerError: null, details: null }];
    const assigned = { ...job, assignmentId: randomUUID(), workerId: 'worker-1' };
    const offer = {
      workerId: 'worker-1',
      jobId: job.jobId,
      channelReference: 'ticket-1',
      channelId: 'chat',
      queueId: 'queue-1',
      offerId: randomUUID(),
    };
    const worker = {
      workerId: 'worker-1',
      totalCapacity: 1,
      queueAssignments: [{ id: 'queue-1', name: 'Queue', labels: { Locale: 'en-us' } }],
      channelConfigurations: [{ channelId: 'chat', capacityCostPerJob: 1, maxNumberOfJobs: 1 }],
      ...labels,
    };
    const kinds: Readonly<Record<string, Data>> = {
      RouterJobReceived: {
        ...job,
        ...selectors,
        jobStatus: 'PendingClassification',
        classificationPolicyId: 'policy',
        scheduledOn: this.time(),
        unavailableForMatching: false,
      },
      RouterJobClassified: {
        ...job,
        ...selectors,
        queueDetails: { id: 'queue-1', name: 'Queue', labels: {} },
        classificationPolicyId: 'policy',
      },
      RouterJobQueued: { ...job, ...selectors },
      RouterJobClassificationFailed: { ...job, errors, classificationPolicyId: 'policy' },
      RouterJobCompleted: assigned,
      RouterJobClosed: { ...assigned, dispositionCode: 'done' },
      RouterJobCancelled: { ...job, note: 'called back', dispositionCode: 'cancelled' },
      RouterJobDeleted: job,
      RouterJobExceptionTriggered: { ...job, ruleKey: 'waited', exceptionRuleId: 'long' },
      RouterJobWorkerSelectorsExpired: {
        ...job,
        requestedWorkerSelectorsExpired: [selector],
        attachedWorkerSelectorsExpired: [selector],
      },
      RouterJobUnassigned: { ...assigned },
      RouterJobWaitingForActivation: { ...job, ...selectors, scheduledOn: this.time() },
      RouterJobSchedulingFailed: {
        ...job,
        ...selectors,
        failureReason: 'no queue',
        scheduledOn: this.time(),
      },
      RouterWorkerOfferIssued: {
        ...offer,
        jobPriority: 1,
        workerLabels: { Locale: 'en-us' },
        offeredOn: this.time(),
        expiresOn: this.time(),
        workerTags: {},
        jobLabels: { Locale: 'en-us' },
        jobTags: {},
      },
      RouterWorkerOfferAccepted: { ...offer, jobPriority: 1, assignmentId: randomUUID() },
      RouterWorkerOfferDeclined: offer,
      RouterWorkerOfferRevoked: offer,
      RouterWorkerOfferExpired: offer,
      RouterWorkerRegistered: worker,
      RouterWorkerDeregistered: { workerId: 'worker-1' },
      RouterWorkerDeleted: worker,
      RouterWorkerUpdated: { ...worker, updatedWorkerProperties: ['AvailableForOffers'] },
    };
    return Object.entries(kinds).map(([name, data]) =>
      this.event(name, data, { subject: name.includes('Job') ? `job/${job.jobId}` : 'worker/worker-1' }),
    );
  }

  private time(): string {
    return new Date(this.now()).toISOString();
  }

  all(): EventGridEvent[] {
    return [...this.pushed(), ...this.unpushed()];
  }
}

/** The same event as Event Grid delivers it in the CloudEvents schema. */
export function asCloudEvent(e: EventGridEvent): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: e.id,
    source: e.topic,
    subject: e.subject,
    type: e.eventType,
    time: e.eventTime,
    datacontenttype: 'application/json',
    data: e.data,
  };
}
