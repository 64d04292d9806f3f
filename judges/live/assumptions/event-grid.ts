import type { Assumption } from '../assumption';
import { NotSettled } from '../not-settled';
import { communicationService, storageAccount } from '../scenery';
import { VERSIONS } from '../versions';
import { propertiesOf, said, taken, type World } from '../world';

const NEEDS_EVENTS =
  'needs events of a resource, and whoever raises them: a call from an app, a message, an SMS';

const TOPIC_TYPE = 'Microsoft.Communication.CommunicationServices';

function topicBody(source: string, identity?: object): object {
  return {
    location: 'global',
    ...(identity ? { identity } : {}),
    properties: { source, topicType: TOPIC_TYPE },
  };
}

async function topic(world: World, purpose: string): Promise<{ id: string; source: string }> {
  const source = await communicationService(world, `source-${purpose}`);
  const id = world.id(`Microsoft.EventGrid/systemTopics/${world.name(purpose)}`);
  await world.make(id, VERSIONS.eventGrid, topicBody(source));
  return { id, source };
}

/** System topics, and how events are delivered. */
export const eventGrid: readonly Assumption[] = [
  {
    id: 'topic-outlives-source',
    behaviour: 'A system topic outlives its source',
    doubt: 'Azure may delete it with the source; either is planned the same way',
    call: '`DELETE {group}/providers/Microsoft.Communication/communicationServices/{name}?api-version=2025-05-01` of a source, then `GET {group}/providers/Microsoft.EventGrid/systemTopics/{name}?api-version=2025-02-15` for some minutes: 200 or 404?',
    kit: {
      async settle(world) {
        const { id, source } = await topic(world, 'orphan');
        await world.arm('DELETE', source, VERSIONS.communication);
        await world.until(5, async () =>
          (await world.arm('GET', source, VERSIONS.communication)).status === 404 ? true : undefined,
        );
        const gone = await world.until(2, async () =>
          (await world.arm('GET', id, VERSIONS.eventGrid)).status === 404 ? true : undefined,
        );
        return gone ? 'it goes with the source' : 'it is there two minutes after the source is gone';
      },
    },
  },
  {
    id: 'identity-of-global-topics',
    behaviour: "Dead-lettering and delivery by a system topic's identity work for a `global` source",
    doubt: 'said not to be available in 2021 (azure-cli#18002)',
    call: '`PUT {group}/providers/Microsoft.EventGrid/systemTopics/{name}?api-version=2025-02-15` of a Communication Services resource with `"identity": {"type": "SystemAssigned"}`: status; then an event to an endpoint that answers 400, and the container of the dead letters',
    kit: {
      async settle(world) {
        const source = await communicationService(world, 'source-identity');
        const id = world.id(`Microsoft.EventGrid/systemTopics/${world.name('identity')}`);
        const body = topicBody(source, { type: 'SystemAssigned' });
        return `a topic with an identity is ${taken(await world.put(id, VERSIONS.eventGrid, body))}`;
      },
      leavesOpen: `whether dead letters then arrive; that ${NEEDS_EVENTS}`,
    },
  },
  {
    id: 'queue-identity-checked-early',
    behaviour:
      'A storage queue as destination: an identity that the topic does not have is refused with the subscription',
    doubt: 'when Azure finds it is not written',
    call: '`PUT {topic}/eventSubscriptions/{name}?api-version=2025-02-15` with `deliveryWithResourceIdentity` of a topic without an identity: status',
    kit: {
      async settle(world) {
        const { id } = await topic(world, 'nobody');
        const destination = {
          endpointType: 'StorageQueue',
          properties: { resourceId: await storageAccount(world), queueName: 'events' },
        };
        const identity = { type: 'SystemAssigned' };
        return taken(
          await world.put(`${id}/eventSubscriptions/by-identity`, VERSIONS.eventGrid, {
            properties: { deliveryWithResourceIdentity: { identity, destination } },
          }),
        );
      },
    },
  },
  {
    id: 'missing-queue-found-late',
    behaviour: 'A missing queue is found by delivering, not with the subscription',
    doubt: 'when Azure finds it is not written',
    call: '`PUT {topic}/eventSubscriptions/{name}?api-version=2025-02-15` with a `queueName` that the account does not have: status',
    kit: {
      async settle(world) {
        const { id } = await topic(world, 'no-queue');
        return taken(
          await world.put(`${id}/eventSubscriptions/no-queue`, VERSIONS.eventGrid, {
            properties: {
              destination: {
                endpointType: 'StorageQueue',
                properties: { resourceId: await storageAccount(world), queueName: 'not-there' },
              },
            },
          }),
        );
      },
    },
  },
  {
    id: 'queue-messages',
    behaviour:
      'A storage queue gets each event as Base64 of its JSON; a refusal for want of a role (403) is final, as for functions',
    doubt:
      'the encoding was [seen](https://github.com/MicrosoftDocs/azure-docs/issues/102923), and an older page says plain text; when Azure finds the rest is not written',
    call: '`GET https://{account}.queue.core.windows.net/{queue}/messages` after an event: is `MessageText` Base64? And the same by an identity without a role: are there attempts after the first?',
    kit: { unsettled: NEEDS_EVENTS },
  },
  {
    id: 'waits-without-jitter',
    behaviour:
      'Event Grid: no random part in the waits between attempts; 16 deliveries of a subscription at a time',
    doubt: 'Azure adds some, and tells no figure',
    call: 'an event to an endpoint that answers 500: the times of its attempts, over a day',
    kit: { unsettled: `${NEEDS_EVENTS}, an https server that Azure reaches, and a day` },
  },
  {
    id: 'name-of-final-answers',
    behaviour: "The name of a dead letter's reason after a final answer, `UndeliverableDueToClientError`",
    doubt: 'only `MaxDeliveryAttemptsExceeded` and `TimeToLiveExceeded` were seen',
    call: 'an event to an endpoint that answers 400, with dead letters to a container: `deadLetterReason` in the blob',
    kit: { unsettled: `${NEEDS_EVENTS}, and an https server that Azure reaches` },
  },
  {
    id: 'destinations-are-looked-up',
    behaviour:
      'Webhooks, functions and the accounts of queues are looked up when an event subscription is made, whatever trigger the function has',
    doubt: "Azure was seen to say `Unsupported Azure Function Trigger` to other triggers than Event Grid's",
    call: '`PUT {topic}/eventSubscriptions/{name}?api-version=2025-02-15` with the `resourceId` of a function with an HTTP trigger: status and `error.code`',
    kit: {
      unsettled:
        'needs an app that is published and answers, which takes longer than all the rest of the kit together',
    },
  },
  {
    id: 'patched-subscriptions',
    behaviour: 'A PATCH of an event subscription puts each member that it names in place of the one before',
    doubt: 'whether Azure merges within a filter or a destination is not written',
    call: '`PATCH {topic}/eventSubscriptions/{name}?api-version=2025-02-15` with `{"filter":{"subjectEndsWith":"/b"}}` of one that has `subjectBeginsWith`, then GET: is `properties.filter.subjectBeginsWith` still there?',
    kit: {
      async settle(world) {
        const { id } = await topic(world, 'patched');
        const account = await storageAccount(world);
        await world.make(`${account}/queueServices/default/queues/patched`, VERSIONS.storage, {
          properties: {},
        });
        const subscription = `${id}/eventSubscriptions/patched`;
        await world.make(subscription, VERSIONS.eventGrid, {
          properties: {
            destination: {
              endpointType: 'StorageQueue',
              properties: { resourceId: account, queueName: 'patched' },
            },
            filter: { subjectBeginsWith: '/a' },
          },
        });
        const filter = { subjectEndsWith: '/b' };
        const patched = await world.arm('PATCH', subscription, VERSIONS.eventGrid, { filter });
        if (patched.status >= 400) throw new NotSettled(`PATCH of an event subscription: ${said(patched)}`);
        const shown = await world.until(3, async () => {
          const { filter: found } = propertiesOf(await world.read(subscription, VERSIONS.eventGrid));
          const { subjectBeginsWith, subjectEndsWith } = (found ?? {}) as Record<string, unknown>;
          return subjectEndsWith === '/b' ? { subjectBeginsWith } : undefined;
        });
        if (!shown) throw new NotSettled('the subscription was not changed within three minutes');
        return shown.subjectBeginsWith ? 'a filter is merged' : 'a filter comes in place of the one before';
      },
      leavesOpen: 'destinations',
    },
  },
];
