import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Metrics } from '../../relay/metrics';
import { systemClock } from '../../relay/ports';
import { Renderer } from '../../relay/push/render';
import { Relay } from '../../relay/relay';
import { RememberedCalls } from '../../relay/storage/calls';
import { RememberedEvents } from '../../relay/storage/remembered-events';
import { Wording, type Templates } from '../../relay/words';

const SOURCE =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-push/providers/Microsoft.Communication/communicationServices/acs-push';

export interface Lines {
  /** What the relay writes of one chat message. */
  readonly message: string;
  /** Of one ring. */
  readonly ring: string;
  /** What a process writes each minute, of one type of event. */
  readonly figures: string;
}

/** The relay's lines, written by its own code of made-up events, with ids as long as a Standard hub's. */
export async function relayLines(): Promise<Lines> {
  const module = join(__dirname, '../../relay/templates/read-templates.mjs');
  const { readTemplates } = (await import(pathToFileURL(module).href)) as {
    readTemplates(folder: string): Templates;
  };
  const written: string[] = [];
  const log = {
    write: (_level: string, message: string, fields: object = {}) =>
      void written.push(JSON.stringify({ message, ...fields })),
  };
  const metrics = new Metrics(systemClock, log);
  const relay = new Relay(SOURCE.toLowerCase(), {
    hubs: { send: () => Promise.resolve({ trackingId: randomUUID(), notificationId: notificationId() }) },
    processed: new RememberedEvents(systemClock),
    calls: new RememberedCalls(),
    deadLetters: { keep: () => Promise.resolve() },
    renderer: new Renderer(new Wording(readTemplates(join(__dirname, '../../relay/templates')), true), {
      platforms: ['apple', 'fcmv1'],
      voip: false,
    }),
    metrics,
    clock: systemClock,
  });
  await relay.handle(event('ChatMessageReceived', chatMessage()), 'messages', log);
  await relay.handle(event('IncomingCall', incomingCall()), 'calls', log);
  metrics.write();
  const [message, ring, figures] = written;
  if (!message?.includes('"pushed"') || !ring?.includes('"pushed"') || !figures?.includes('"metrics"')) {
    throw new Error(`expected a line of a message, one of a ring and figures; got ${written.join('\n')}`);
  }
  return { message, ring, figures };
}

/** As a hub's `Location` has it. */
function notificationId(): string {
  return `${Date.now()}${Math.floor(Math.random() * 1e6)}-${randomUUID()}`;
}

const user = (name: string) => ({
  rawId: `8:acs:${randomUUID()}_${name}`,
  communicationUser: { id: `8:acs:${randomUUID()}_${name}` },
});

function event(type: string, data: object): object {
  return {
    id: randomUUID(),
    topic: SOURCE,
    subject: 'thread/bench',
    eventType: `Microsoft.Communication.${type}`,
    eventTime: new Date().toISOString(),
    dataVersion: '1.0',
    metadataVersion: '1',
    data,
  };
}

function chatMessage(): object {
  return {
    messageBody: 'Are you there?',
    messageId: String(Date.now()),
    type: 'Text',
    version: String(Date.now()),
    senderDisplayName: 'Ada',
    composeTime: new Date().toISOString(),
    threadId: `19:${randomUUID()}@thread.v2`,
    transactionId: randomUUID(),
    senderCommunicationIdentifier: user('ada'),
    recipientCommunicationIdentifier: user('grace'),
  };
}

function incomingCall(): object {
  return {
    to: user('grace'),
    from: user('ada'),
    callerDisplayName: 'Ada',
    serverCallId: Buffer.from(randomUUID()).toString('base64'),
    incomingCallContext: 'context',
    correlationId: randomUUID(),
  };
}
