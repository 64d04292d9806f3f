import { ACCOUNT_ID, ACS_ID, functionUrl, GROUP, Harness, SITE_ID, TOPIC_ID } from '../../../support/harness';

const VERSION = '2025-02-15';
const FUNCTION_ID = `${SITE_ID}/functions/calls`;
const SUBSCRIPTION_ID = `${TOPIC_ID}/eventSubscriptions/calls`;
const MINUTE = 60_000;

interface Delivery {
  at: number;
  url: string;
  method: string;
  headers: Record<string, string>;
  events: Record<string, unknown>[];
}

let azure: Harness;
let deliveries: Delivery[];
/** Status for the nth delivery, from 0. */
let answer: (nth: number) => number;

const topic = (changes: object = {}) => ({
  location: 'global',
  properties: { source: ACS_ID, topicType: 'Microsoft.Communication.CommunicationServices', ...changes },
});
const toFunction = (changes: object = {}) => ({
  endpointType: 'AzureFunction',
  properties: { resourceId: FUNCTION_ID, ...changes },
});
const subscribe = (properties: object = {}, id = SUBSCRIPTION_ID) =>
  azure.put(id, VERSION, { properties: { destination: toFunction(), ...properties } });
const publish = (subject = 's', eventType = 'Microsoft.Communication.IncomingCall', data: unknown = {}) =>
  azure.services.eventGrid.publish(ACS_ID, { eventType, subject, data });
const count = (metric: string) => azure.services.metrics.total(TOPIC_ID, metric);
const subjects = () => deliveries.flatMap((one) => one.events.map((event) => event.subject));
const invalid = (message: string) =>
  expect.objectContaining({ status: 400, code: 'InvalidRequest', message: expect.stringContaining(message) });

/** Lets everything that is due now run to its end. */
async function settle(milliseconds = 0): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
  await azure.clock.advance(milliseconds);
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(async () => {
  azure = new Harness();
  deliveries = [];
  answer = () => 202;
  azure.functions.add(FUNCTION_ID);
  azure.keep({ id: ACCOUNT_ID, type: 'Microsoft.Storage/storageAccounts' });
  azure.endpoints.set('https://fn-test.azurewebsites.net/', ({ url, method, headers, body }) => {
    const parsed = JSON.parse(body!);
    const nth = deliveries.length;
    deliveries.push({ at: azure.clock.now(), url, method, headers, events: [parsed].flat() });
    return { status: answer(nth) };
  });
  await azure.communicationService();
  await azure.put(TOPIC_ID, VERSION, topic());
});
afterEach(async () => azure.close());

describe('a system topic', () => {
  const other = `${GROUP}/providers/Microsoft.EventGrid/systemTopics/evgt-other`;

  test('shows source and type', () => {
    expect(azure.get(TOPIC_ID)).toMatchObject({
      location: 'global',
      properties: { source: ACS_ID, provisioningState: 'Succeeded', metricResourceId: expect.any(String) },
    });
  });

  test('is the only one of its source', async () => {
    await expect(azure.put(other, VERSION, topic())).rejects.toEqual(
      invalid('Only one system topic is allowed'),
    );
    await azure.delete(TOPIC_ID);
    await expect(azure.put(other, VERSION, topic())).resolves.toMatchObject({ status: 200 });
  });

  test.each([
    ['another topic type', topic({ topicType: 'Microsoft.Storage.StorageAccounts' }), 'does not match'],
    ['a region', { ...topic(), location: 'westeurope' }, "'global'"],
    ['a source that is not there', topic({ source: `${ACS_ID}x` }), 'was not found'],
  ])('refuses %s', async (_, body, message) => {
    await azure.delete(TOPIC_ID);
    await expect(azure.put(TOPIC_ID, VERSION, body)).rejects.toEqual(invalid(message));
  });

  test('cannot change its source', async () => {
    const second = ACS_ID.replace('acs-test', 'acs-second');
    await azure.put(second, '2025-05-01', { location: 'global', properties: { dataLocation: 'Europe' } });
    await expect(azure.put(TOPIC_ID, VERSION, topic({ source: second }))).rejects.toEqual(
      invalid('cannot be modified'),
    );
  });
});

describe('an event subscription', () => {
  test('answers 201 to create and update, and echoes what azurerm compares', async () => {
    expect(await subscribe()).toMatchObject({
      status: 201,
      body: {
        properties: {
          eventDeliverySchema: 'EventGridSchema',
          filter: { subjectBeginsWith: '', subjectEndsWith: '' },
          retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
          destination: { properties: { maxEventsPerBatch: 1, preferredBatchSizeInKilobytes: 64 } },
          labels: [],
        },
      },
    });
    expect((await subscribe({ labels: ['a'] })).status).toBe(201);
  });

  test('needs its function to be there', async () => {
    azure.functions.clear();
    await expect(subscribe()).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('Destination endpoint not found'),
    });
    azure.functions.add(FUNCTION_ID);
    await expect(subscribe()).resolves.toMatchObject({ status: 201 });
  });

  test.each([
    ['31 attempts', { retryPolicy: { maxDeliveryAttempts: 31 } }, 'maxDeliveryAttempts'],
    ['no time to live', { retryPolicy: { eventTimeToLiveInMinutes: 0 } }, 'eventTimeToLiveInMinutes'],
    ['batches of 5001', { destination: toFunction({ maxEventsPerBatch: 5001 }) }, 'maxEventsPerBatch'],
    ['an unknown schema', { eventDeliverySchema: 'Avro' }, 'eventDeliverySchema'],
    [
      'an unknown operator',
      { filter: { advancedFilters: [{ operatorType: 'Like', key: 'subject' }] } },
      'Like',
    ],
    [
      '26 advanced filters',
      { filter: { advancedFilters: Array(26).fill({ operatorType: 'IsNotNull', key: 'subject' }) } },
      'up to 25',
    ],
    [
      'dead letters in an account that is not there',
      {
        deadLetterDestination: {
          endpointType: 'StorageBlob',
          properties: { resourceId: `${ACCOUNT_ID}x`, blobContainerName: 'd' },
        },
      },
      'was not found',
    ],
  ])('refuses %s', async (_, properties, message) => {
    await expect(subscribe(properties)).rejects.toEqual(invalid(message));
  });

  test('tells the full URL of a webhook, and nothing for a function', async () => {
    azure.endpoints.set('https://hook.example/', ({ body }) => ({
      status: 200,
      body: JSON.stringify({ validationResponse: JSON.parse(body!)[0].data.validationCode }),
    }));
    await subscribe({
      destination: {
        endpointType: 'WebHook',
        properties: { endpointUrl: 'https://hook.example/a?code=s3cret' },
      },
    });
    expect(await azure.post(SUBSCRIPTION_ID, 'getFullUrl', VERSION)).toEqual({
      status: 200,
      body: { endpointUrl: 'https://hook.example/a?code=s3cret' },
    });
    expect(JSON.stringify(azure.get(SUBSCRIPTION_ID))).not.toContain('s3cret');
    await subscribe({}, `${SUBSCRIPTION_ID}2`);
    expect((await azure.post(`${SUBSCRIPTION_ID}2`, 'getFullUrl', VERSION)).body).toEqual({});
  });
});

describe('a subscription of a storage queue', () => {
  const IDENTITY_ID = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-test`;
  const toQueue = (changes: object = {}) => ({
    endpointType: 'StorageQueue',
    properties: { resourceId: ACCOUNT_ID, queueName: 'events', ...changes },
  });
  const byIdentity = (id = IDENTITY_ID) => ({
    destination: undefined,
    deliveryWithResourceIdentity: {
      destination: toQueue(),
      identity: { type: 'UserAssigned', userAssignedIdentity: id },
    },
  });

  test('gets each event as a message of its own, Base64 of its JSON', async () => {
    await subscribe({ destination: toQueue({ queueMessageTimeToLiveInSeconds: 600 }) });
    publish('/one', undefined, { serverCallId: 'ä' });
    publish('/two');
    await settle();
    expect(azure.messages.map(({ text, ...message }) => message)).toEqual(
      Array(2).fill({ storageAccountId: ACCOUNT_ID, queue: 'events', timeToLive: 600 }),
    );
    expect(
      azure.messages.map(({ text }) => JSON.parse(Buffer.from(text, 'base64').toString('utf8'))),
    ).toMatchObject([
      { subject: '/one', topic: ACS_ID, data: { serverCallId: 'ä' }, metadataVersion: '1' },
      { subject: '/two' },
    ]);
    expect(count('DeliverySuccessCount')).toBe(2);
  });

  test('shows what it was given, and nothing of batches', async () => {
    await subscribe({ destination: toQueue() });
    expect(azure.get(SUBSCRIPTION_ID)).toMatchObject({ properties: { destination: toQueue() } });
    expect(JSON.stringify(azure.get(SUBSCRIPTION_ID))).not.toContain('maxEventsPerBatch');
  });

  test('delivers in the name of the identity that the topic has', async () => {
    azure.keep({
      id: IDENTITY_ID,
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
      properties: { principalId: 'p-1' },
    });
    await azure.put(TOPIC_ID, VERSION, {
      ...topic(),
      identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY_ID.toLowerCase()]: {} } },
    });
    await subscribe(byIdentity());
    publish();
    await settle();
    expect(azure.messages).toMatchObject([{ principalId: 'p-1' }]);
  });

  test('is refused with an identity that the topic does not have', async () => {
    await expect(subscribe(byIdentity())).rejects.toEqual(invalid('does not have the identity'));
  });

  test('is refused when there is no such account', async () => {
    await expect(subscribe({ destination: toQueue({ resourceId: `${ACCOUNT_ID}x` }) })).rejects.toMatchObject(
      {
        status: 400,
        message: expect.stringContaining('Destination endpoint not found'),
      },
    );
  });

  test('gives an event up at once when it may not write, and tries again when the queue is missing', async () => {
    await subscribe({ destination: toQueue() });
    azure.queueAnswers = 403;
    publish();
    await settle();
    expect(count('DroppedEventCount')).toBe(1);
    azure.queueAnswers = 404;
    publish();
    await settle();
    azure.queueAnswers = 201;
    await settle(5 * MINUTE);
    expect(azure.messages).toHaveLength(3);
    expect(count('DeliverySuccessCount')).toBe(1);
  });
});

test.each(['ServiceBusQueue', 'ServiceBusTopic', 'EventHub'])(
  'a subscription of %s is refused, since nothing would be delivered',
  async (endpointType) => {
    await expect(
      subscribe({ destination: { endpointType, properties: { resourceId: `${GROUP}/x` } } }),
    ).rejects.toEqual(
      invalid(`Local Azure does not play what the endpointType '${endpointType}' delivers to`),
    );
  },
);

describe('the handshake with a webhook', () => {
  const hook = (schema: string) =>
    subscribe({
      eventDeliverySchema: schema,
      destination: { endpointType: 'WebHook', properties: { endpointUrl: 'https://hook.example/' } },
    });

  test('is a SubscriptionValidation event whose code comes back', async () => {
    const seen: (string | undefined)[] = [];
    azure.endpoints.set('https://hook.example/', ({ headers, body }) => {
      const [event] = JSON.parse(body!);
      seen.push(headers['aeg-event-type'], event.eventType);
      return { status: 200, body: JSON.stringify({ validationResponse: event.data.validationCode }) };
    });
    await expect(hook('EventGridSchema')).resolves.toMatchObject({ status: 201 });
    expect(seen).toEqual(['SubscriptionValidation', 'Microsoft.EventGrid.SubscriptionValidationEvent']);
  });

  test('is OPTIONS with an allowed origin for CloudEvents', async () => {
    azure.endpoints.set('https://hook.example/', ({ method, headers }) => ({
      status: method === 'OPTIONS' ? 200 : 405,
      headers: { 'webhook-allowed-origin': headers['WebHook-Request-Origin'] ?? '' },
    }));
    await expect(hook('CloudEventSchemaV1_0')).resolves.toMatchObject({ status: 201 });
  });

  test.each([
    ['EventGridSchema', { status: 200, body: '{"validationResponse":"guessed"}' }],
    ['EventGridSchema', { status: 500 }],
    ['CloudEventSchemaV1_0', { status: 200 }],
    ['CloudEventSchemaV1_0', { status: 200, headers: { 'webhook-allowed-origin': 'example.org' } }],
  ])('of %s fails on %j', async (schema, response) => {
    azure.endpoints.set('https://hook.example/', () => response);
    await expect(hook(schema)).rejects.toMatchObject({ status: 400, code: 'URL validation' });
    expect(azure.store.get(SUBSCRIPTION_ID)).toBeUndefined();
  });

  test('is not tried over plain http beyond this machine', async () => {
    const destination = { endpointType: 'WebHook', properties: { endpointUrl: 'http://hook.example/' } };
    await expect(subscribe({ destination })).rejects.toEqual(invalid('https'));
  });
});

describe('delivery', () => {
  test('posts the event to the function’s webhook', async () => {
    await subscribe();
    publish('/caller/x', undefined, { serverCallId: 'c' });
    await settle();
    expect(deliveries).toMatchObject([
      {
        url: functionUrl(FUNCTION_ID),
        method: 'POST',
        headers: {
          'aeg-event-type': 'Notification',
          'aeg-subscription-name': 'CALLS',
          'aeg-delivery-count': '0',
        },
        events: [
          {
            topic: ACS_ID,
            subject: '/caller/x',
            eventType: 'Microsoft.Communication.IncomingCall',
            eventTime: '2026-01-01T00:00:00.000Z',
            data: { serverCallId: 'c' },
            dataVersion: '1.0',
            metadataVersion: '1',
          },
        ],
      },
    ]);
    expect([count('PublishSuccessCount'), count('MatchedEventCount'), count('DeliverySuccessCount')]).toEqual(
      [1, 1, 1],
    );
    expect(azure.services.eventGrid.pending()).toBe(0);
  });

  test('speaks CloudEvents 1.0 when asked to', async () => {
    await subscribe({ eventDeliverySchema: 'CloudEventSchemaV1_0' });
    publish('x');
    await settle();
    expect(deliveries[0]!.headers['Content-Type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(deliveries[0]!.events).toMatchObject([
      { specversion: '1.0', source: ACS_ID, type: 'Microsoft.Communication.IncomingCall', subject: 'x' },
    ]);
  });

  test('adds the delivery attributes, and hides the secret one', async () => {
    const deliveryAttributeMappings = [
      { name: 'x-static', type: 'Static', properties: { value: 's3cret', isSecret: true } },
      { name: 'x-caller', type: 'Dynamic', properties: { sourceField: 'data.caller' } },
      { name: 'x-absent', type: 'Dynamic', properties: { sourceField: 'data.nothing' } },
    ];
    await subscribe({ destination: toFunction({ deliveryAttributeMappings }) });
    publish('x', undefined, { caller: 'bob' });
    await settle();
    expect(deliveries[0]!.headers).toMatchObject({ 'x-static': 's3cret', 'x-caller': 'bob' });
    expect(deliveries[0]!.headers).not.toHaveProperty('x-absent');
    expect(JSON.stringify(azure.get(SUBSCRIPTION_ID))).not.toContain('s3cret');
    expect((await azure.post(SUBSCRIPTION_ID, 'getDeliveryAttributes', VERSION)).body).toEqual({
      value: deliveryAttributeMappings,
    });
  });

  test('batches up to the subscription’s count', async () => {
    await subscribe({ destination: toFunction({ maxEventsPerBatch: 3 }) });
    for (const subject of ['1', '2', '3', '4']) publish(subject);
    await settle();
    expect(deliveries.map((one) => one.events.length)).toEqual([3, 1]);
  });

  test('batches up to the subscription’s size', async () => {
    await subscribe({ destination: toFunction({ maxEventsPerBatch: 10, preferredBatchSizeInKilobytes: 1 }) });
    for (const subject of ['1', '2', '3']) publish(subject, undefined, { text: 'x'.repeat(400) });
    await settle();
    expect(deliveries.length).toBeGreaterThan(1);
    expect(subjects()).toEqual(['1', '2', '3']);
  });

  test('stops with the subscription', async () => {
    answer = () => 503;
    await subscribe();
    publish();
    await settle();
    await azure.delete(SUBSCRIPTION_ID);
    await settle(60 * MINUTE);
    await subscribe();
    await settle(60 * MINUTE);
    expect(deliveries).toHaveLength(1);
    expect(azure.services.eventGrid.pending()).toBe(0);
  });

  test('reaches nobody from a resource without a topic', async () => {
    await subscribe();
    azure.services.eventGrid.publish(`${ACS_ID}x`, { eventType: 'a', subject: 'b', data: {} });
    await settle();
    expect(deliveries).toEqual([]);
  });
});

describe('a filter', () => {
  const passesWith = async (filter: object, ...events: Parameters<typeof publish>[]) => {
    await subscribe({ filter });
    for (const event of events) publish(...event);
    await settle();
    return subjects();
  };
  const call = 'Microsoft.Communication.IncomingCall';

  test('takes the included event types only', async () => {
    const filter = { includedEventTypes: [call] };
    expect(await passesWith(filter, ['1', call], ['2', 'Microsoft.Communication.SMSReceived'])).toEqual([
      '1',
    ]);
    expect(count('UnmatchedEventCount')).toBe(1);
  });

  test('looks at begin and end of the subject, with or without case', async () => {
    expect(
      await passesWith({ subjectBeginsWith: 'Thread/', subjectEndsWith: '/B' }, ['thread/a/b'], ['x/b']),
    ).toEqual(['thread/a/b']);
    deliveries = [];
    const cased = { subjectBeginsWith: 'Thread/', isSubjectCaseSensitive: true };
    expect(await passesWith(cased, ['thread/a'], ['Thread/a'])).toEqual(['Thread/a']);
  });

  const data = { name: 'Bob', n: 5, yes: true, tags: ['a', 'b'], deep: { x: 1 } };
  test.each([
    ['StringIn', 'data.name', { values: ['alice', 'bob'] }, true],
    ['StringNotIn', 'data.name', { values: ['bob'] }, false],
    ['StringNotIn', 'data.none', { values: ['bob'] }, true],
    ['StringBeginsWith', 'data.name', { values: ['Bo'] }, true],
    ['StringEndsWith', 'data.name', { values: ['x'] }, false],
    ['StringContains', 'subject', { values: ['UBJ'] }, true],
    ['StringNotContains', 'subject', { values: ['ubj'] }, false],
    ['NumberIn', 'data.n', { values: [4, 5] }, true],
    ['NumberGreaterThan', 'data.n', { value: 5 }, false],
    ['NumberGreaterThanOrEquals', 'data.n', { value: 5 }, true],
    [
      'NumberInRange',
      'data.n',
      {
        values: [
          [1, 2],
          [4, 6],
        ],
      },
      true,
    ],
    ['NumberNotInRange', 'data.n', { values: [[4, 6]] }, false],
    ['BoolEquals', 'data.yes', { value: true }, true],
    ['BoolEquals', 'data.yes', { value: false }, false],
    ['IsNullOrUndefined', 'data.deep.y', {}, true],
    ['IsNotNull', 'data.deep.x', {}, true],
    ['StringIn', 'data.tags', { values: ['a'] }, false],
  ])('by %s on %s with %j passes: %s', async (operatorType, key, values, passes) => {
    const filter = { advancedFilters: [{ operatorType, key, ...values }] };
    expect(await passesWith(filter, ['subject', call, data])).toEqual(passes ? ['subject'] : []);
  });

  test('looks into arrays when told to', async () => {
    const filter = {
      enableAdvancedFilteringOnArrays: true,
      advancedFilters: [{ operatorType: 'StringIn', key: 'data.tags', values: ['a'] }],
    };
    expect(await passesWith(filter, ['subject', call, data])).toEqual(['subject']);
  });
});

describe('a failed delivery', () => {
  test('is tried again after 10 s, 30 s, 1, 5, 10 and 30 minutes, 1, 3, 6 and 12 hours', async () => {
    answer = () => 500;
    await subscribe();
    publish();
    await settle(24 * 60 * MINUTE);
    const waits = deliveries.slice(1).map((one, index) => (one.at - deliveries[index]!.at) / 1000);
    expect(waits).toEqual([10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200]);
    expect(deliveries[1]!.headers['aeg-delivery-count']).toBe('1');
    expect(count('DeliveryAttemptFailCount')).toBe(11);
    expect(azure.services.eventGrid.pending()).toBe(1);
    await settle(12 * 60 * MINUTE);
    expect(azure.services.eventGrid.pending()).toBe(0);
    expect(count('DroppedEventCount')).toBe(1);
  });

  test('is over as soon as one succeeds', async () => {
    answer = (nth) => (nth < 2 ? 500 : 200);
    await subscribe();
    publish();
    await settle(60 * MINUTE);
    expect(deliveries).toHaveLength(3);
    expect(count('DeliverySuccessCount')).toBe(1);
  });

  test.each([
    [404, 300],
    [401, 300],
    [408, 120],
    [503, 30],
  ])('with %i waits for at least %i s', async (status, seconds) => {
    answer = () => status;
    await subscribe();
    publish();
    await settle((seconds - 1) * 1000);
    expect(deliveries).toHaveLength(1);
    await settle(1000);
    expect(deliveries).toHaveLength(2);
  });

  test.each([400, 403, 413])('with %i from a function is final', async (status) => {
    answer = () => status;
    await subscribe();
    publish();
    await settle(60 * MINUTE);
    expect(deliveries).toHaveLength(1);
    expect(count('DroppedEventCount')).toBe(1);
  });

  test('with 401 from a webhook is final', async () => {
    let calls = 0;
    azure.endpoints.set('https://hook.example/', ({ headers, body }) => {
      if (headers['aeg-event-type'] === 'SubscriptionValidation') {
        return {
          status: 200,
          body: JSON.stringify({ validationResponse: JSON.parse(body!)[0].data.validationCode }),
        };
      }
      calls += 1;
      return { status: 401 };
    });
    await subscribe({
      destination: { endpointType: 'WebHook', properties: { endpointUrl: 'https://hook.example/' } },
    });
    publish();
    await settle(60 * MINUTE);
    expect(calls).toBe(1);
  });

  test('is tried again when nobody answers', async () => {
    let calls = 0;
    azure.endpoints.set('https://fn-test.azurewebsites.net/', () => {
      calls += 1;
      throw new Error('did not answer');
    });
    await subscribe();
    publish();
    await settle(10_000);
    expect(calls).toBe(2);
    expect(azure.services.eventGrid.deliveries()).toMatchObject([{ status: 0 }, { status: 0, attempt: 2 }]);
  });
});

describe('a dead letter', () => {
  const deadLetterDestination = {
    endpointType: 'StorageBlob',
    properties: { resourceId: ACCOUNT_ID, blobContainerName: 'deadletter' },
  };
  const letters = () => azure.blobs.flatMap((blob) => JSON.parse(blob.content));

  test('is written after the last attempt, five minutes later, where Azure writes it', async () => {
    answer = () => 503;
    await subscribe({
      deadLetterDestination,
      retryPolicy: { maxDeliveryAttempts: 2, eventTimeToLiveInMinutes: 5 },
    });
    publish('x');
    await settle(30_000);
    await settle(5 * MINUTE - 1);
    expect(azure.blobs).toEqual([]);
    await settle(1);
    expect(azure.blobs).toMatchObject([
      {
        account: ACCOUNT_ID,
        container: 'deadletter',
        name: expect.stringMatching(/^EVGT-TEST\/CALLS\/2026\/1\/1\/0\/[0-9a-f-]{36}\.json$/),
      },
    ]);
    expect(letters()).toMatchObject([
      {
        subject: 'x',
        deadLetterReason: 'MaxDeliveryAttemptsExceeded',
        deliveryAttempts: 2,
        lastDeliveryOutcome: 'ServiceUnavailable',
        publishTime: '2026-01-01T00:00:00.000Z',
        lastDeliveryAttemptTime: '2026-01-01T00:00:30.000Z',
      },
    ]);
    expect(count('DeadLetteredCount')).toBe(1);
    expect(azure.services.eventGrid.deadLetters()).toMatchObject([{ reason: 'MaxDeliveryAttemptsExceeded' }]);
  });

  test('says that its time was over, when it is due again too late', async () => {
    answer = () => 500;
    await subscribe({
      deadLetterDestination,
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1 },
    });
    publish();
    await settle(20 * MINUTE);
    expect(deliveries.map((one) => one.at - deliveries[0]!.at)).toEqual([0, 10_000, 40_000]);
    expect(letters()).toMatchObject([{ deadLetterReason: 'TimeToLiveExceeded', deliveryAttempts: 3 }]);
  });

  test('is in lower case for CloudEvents', async () => {
    answer = () => 400;
    await subscribe({ deadLetterDestination, eventDeliverySchema: 'CloudEventSchemaV1_0' });
    publish();
    await settle(5 * MINUTE);
    expect(letters()).toMatchObject([
      {
        specversion: '1.0',
        deadletterreason: expect.any(String),
        deliveryattempts: 1,
        lastdeliveryoutcome: 'BadRequest',
      },
    ]);
  });

  test('shares a blob with what is given up meanwhile', async () => {
    answer = () => 400;
    await subscribe({ deadLetterDestination });
    publish('1');
    await settle(MINUTE);
    publish('2');
    await settle(4 * MINUTE);
    expect(azure.blobs).toHaveLength(1);
    expect(letters()).toMatchObject([{ subject: '1' }, { subject: '2' }]);
  });

  test('that cannot be written is tried again, and dropped after four hours', async () => {
    answer = () => 400;
    let full = true;
    const write = azure.context.writeBlob;
    azure.context.writeBlob = async (...args) => {
      if (full) throw new Error('no such container');
      await write(...args);
    };
    await subscribe({ deadLetterDestination });
    publish('1');
    await settle(60 * MINUTE);
    full = false;
    await settle(5 * MINUTE);
    expect(letters()).toMatchObject([{ subject: '1' }]);
    full = true;
    publish('2');
    await settle(5 * 60 * MINUTE);
    expect(letters()).toHaveLength(1);
    expect(count('DroppedEventCount')).toBe(1);
    expect(azure.services.eventGrid.pending()).toBe(0);
  });
});

describe('disturbances', () => {
  const run = async (seed: number) => {
    const received: string[] = [];
    azure = new Harness({ seed });
    azure.functions.add(FUNCTION_ID);
    azure.endpoints.set('https://fn-test.azurewebsites.net/', ({ body }) => {
      received.push(...JSON.parse(body!).map((event: { subject: string }) => event.subject));
      return { status: 200 };
    });
    await azure.communicationService();
    await azure.put(TOPIC_ID, VERSION, topic());
    await subscribe();
    azure.services.eventGrid.setFaults({ duplicatePercent: 20, disorder: true });
    for (let i = 0; i < 200; i += 1) publish(String(i));
    await settle(MINUTE);
    return received;
  };

  test('deliver some twice and in disorder, and lose none', async () => {
    const received = await run(3);
    expect(new Set(received).size).toBe(200);
    expect(received.length).toBeGreaterThan(220);
    expect(received.length).toBeLessThan(270);
    expect(received.slice(0, 200)).not.toEqual(
      [...received.slice(0, 200)].sort((a, b) => Number(a) - Number(b)),
    );
  });

  test('are the same for the same seed', async () => {
    const first = await run(3);
    await azure.close();
    const again = await run(3);
    await azure.close();
    expect(again).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });
});

describe('networks that Event Grid does not get into', () => {
  const site = (properties: object, siteConfig: object = {}) =>
    azure.keep({
      id: SITE_ID,
      type: 'Microsoft.Web/sites',
      properties: { ...properties },
      secrets: { siteConfig },
    });
  const ALLOWED = { action: 'Allow', tag: 'ServiceTag', ipAddress: 'AzureEventGrid' };
  const OFFICE = { action: 'Allow', tag: 'Default', ipAddress: '203.0.113.7/32' };

  test.each([
    ['without public access', { publicNetworkAccess: 'Disabled' }, {}, 403],
    ['that lets in an office', {}, { ipSecurityRestrictions: [OFFICE] }, 403],
    ['that lets in nobody', {}, { ipSecurityRestrictionsDefaultAction: 'Deny' }, 403],
    ['that lets in Event Grid', {}, { ipSecurityRestrictions: [OFFICE, ALLOWED] }, 202],
    ['that lets in everybody', { publicNetworkAccess: 'Enabled' }, {}, 202],
  ])('an app %s answers as Azure does', async (_, properties, siteConfig, status) => {
    site(properties, siteConfig);
    await subscribe();
    publish();
    await settle();
    expect(azure.services.eventGrid.deliveries().map((one) => one.status)).toEqual([status]);
    expect(deliveries).toHaveLength(status === 202 ? 1 : 0);
  });

  test.each([
    ['closed', { publicNetworkAccess: 'Disabled' }],
    ['behind a firewall', { networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices' } }],
  ])('an account that is %s gets no dead letter, and the event is dropped', async (_, properties) => {
    azure.keep({ id: ACCOUNT_ID, type: 'Microsoft.Storage/storageAccounts', properties });
    answer = () => 400;
    await subscribe({
      deadLetterDestination: {
        endpointType: 'StorageBlob',
        properties: { resourceId: ACCOUNT_ID, blobContainerName: 'deadletter' },
      },
    });
    publish();
    await settle();
    for (let waited = 0; waited <= 5 * 60; waited += 5) await settle(5 * MINUTE);
    expect(azure.blobs).toEqual([]);
    expect(count('DroppedEventCount')).toBe(1);
  });
});
