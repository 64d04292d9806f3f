import { readFileSync } from 'node:fs';
import type { HttpClient, PipelineRequest } from '@azure/core-rest-pipeline';
import { ManualClock } from '../../../local/azure/core/clock';
import { TransientError } from '../../../relay/errors';
import { PlainHeaders } from '../../../relay/connections/headers';
import { Transport } from '../../../relay/http';
import { connect, DeadLetterBox, type DeadLetterEntry } from '../../../relay/operations';
import type { DeadLetter } from '../../../relay/ports';
import type { StorageAccount } from '../../../relay/storage/account';
import { StoredDeadLetters } from '../../../relay/storage/dead-letters';
import { arm, credentialOf } from '../../../local/test/support/clients';
import { ACCOUNT, ACCOUNT_NAME, ACS, LocalRelay } from '../local-relay';
import { Samples } from '../samples';

const CONTAINER = 'deadletter';
const relay = new LocalRelay({ start: false });
const samples = new Samples(ACS);
const letter = (event: unknown): DeadLetter => ({
  reason: 'invalid-data',
  detail: 'no thread',
  functionName: 'messages',
  event,
});

class WatchedClock extends ManualClock {
  readonly sleeps: number[] = [];

  constructor() {
    super(Date.now());
  }

  override async sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
    await this.advance(milliseconds);
  }
}

let transport: Transport;
let clock: WatchedClock;
let sent: PipelineRequest[];
/** What is answered in the account's place, one after the other; undefined lets a request through. */
let answers: ({ status: number; retryAfter?: string } | Error | undefined)[];
let letters: StoredDeadLetters;
let box: DeadLetterBox;

beforeAll(async () => {
  await relay.start();
  transport = new Transport(relay.environment, readFileSync(relay.azure.endpoints.certificateFile, 'utf8'));
});
afterAll(async () => {
  transport.close();
  await relay.close();
});
beforeEach(() => {
  clock = new WatchedClock();
  sent = [];
  answers = [];
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      sent.push(request);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      if (!answer) return transport.sdkClient.sendRequest(request);
      const headers = new PlainHeaders(answer.retryAfter ? { 'retry-after': answer.retryAfter } : {});
      return { request, status: answer.status, headers, bodyAsText: '' };
    },
  };
  const account: StorageAccount = { name: ACCOUNT_NAME, httpClient, credential: relay.tokens, clock };
  letters = new StoredDeadLetters(account, CONTAINER);
  const ca = readFileSync(relay.azure.endpoints.certificateFile, 'utf8');
  box = new DeadLetterBox(
    connect(relay.tokens, { environment: relay.environment, ca }),
    ACCOUNT_NAME,
    CONTAINER,
  );
});

const entryOf = async (event: { id: string }) => {
  const found: DeadLetterEntry[] = [];
  for await (const entry of box.list({ eventId: event.id })) found.push(entry);
  expect(found).toHaveLength(1);
  return found[0]!;
};

test('a dead letter is kept whole, with its reason, and found again', async () => {
  const event = samples.chatMessageReceived({ messageBody: 'Grüße' });
  await letters.keep(letter(event));
  expect(await entryOf(event)).toMatchObject({
    keptBy: 'relay',
    reason: 'invalid-data',
    detail: 'no thread',
    functionName: 'messages',
    event,
  });
});

test('one that is kept already stays as it is, and tells that it came back', async () => {
  const event = samples.chatMessageReceived({});
  await letters.keep(letter(event));
  const entry = await entryOf(event);
  const replay = () =>
    box.replay(entry, async () => {
      await letters.keep(letter(event));
      return 202;
    });
  expect(await replay()).toEqual({ kind: 'kept-again', reason: 'invalid-data' });
  expect(await box.replay(entry, () => Promise.resolve(202))).toEqual({ kind: 'replayed' });
  expect(await entryOf(event)).toMatchObject({ event, replayedAt: expect.any(String) });
});

test('those of Event Grid are found and replayed in an account of their own, and in the relay’s from before', async () => {
  const other = ACCOUNT.replace(/[^/]+$/, 'stgridletters');
  const write = (id: string, body: object) => arm(relay.azure, 'PUT', id, '2023-05-01', body);
  await write(other, {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_LRS' },
    properties: { allowSharedKeyAccess: false },
  });
  await write(`${other}/blobServices/default/containers/${CONTAINER}`, { properties: {} });
  const events = [samples.chatMessageReceived({}), samples.chatMessageReceived({})];
  for (const [index, account] of [ACCOUNT, other].entries()) {
    const letter = [
      { ...events[index], deadLetterReason: 'MaxDeliveryAttemptsExceeded', deliveryAttempts: 30 },
    ];
    await relay.azure.storage.writeBlob(
      account,
      CONTAINER,
      `TOPIC/SUB/${index}.json`,
      JSON.stringify(letter),
    );
  }
  const ca = readFileSync(relay.azure.endpoints.certificateFile, 'utf8');
  const connected = connect(credentialOf(relay.azure), { environment: relay.environment, ca });
  box = new DeadLetterBox(connected, ACCOUNT_NAME, CONTAINER, 'stgridletters');
  for (const event of events) {
    const entry = await entryOf(event);
    expect(entry).toMatchObject({ keptBy: 'event-grid', reason: 'MaxDeliveryAttemptsExceeded' });
    expect(await box.show(entry.id)).toEqual(entry);
    expect(await box.replay(entry, () => Promise.resolve(202))).toEqual({ kind: 'replayed' });
    expect(await entryOf(event)).toMatchObject({ replayedAt: expect.any(String) });
  }
  const again = await entryOf(events[1]!);
  expect(await box.replay(again, () => Promise.resolve(202))).toMatchObject({ kind: 'already' });
  connected.transport.close();
});

describe('a storage account that fails', () => {
  const event = () => samples.chatMessageReceived({});

  test('in passing is tried three times', async () => {
    const lost = event();
    answers = [{ status: 503 }, { status: 500 }];
    await letters.keep(letter(lost));
    expect(sent).toHaveLength(3);
    expect(clock.sleeps).toHaveLength(2);
    await entryOf(lost);
  });

  test('to which there is no token at first is tried again', async () => {
    const lost = event();
    const { getToken } = relay.tokens;
    let refusals = 2;
    const refusing = jest.spyOn(relay.tokens, 'getToken').mockImplementation(async (...asked) => {
      if (refusals-- > 0) throw new TransientError('no token');
      return getToken.apply(relay.tokens, asked);
    });
    await letters.keep(letter(lost));
    refusing.mockRestore();
    expect(sent).toHaveLength(1);
    await entryOf(lost);
  });

  test.each([500, 503, 429, 408])(
    'with %d each time is told, and tried no more than that',
    async (status) => {
      answers = [{ status }, { status }, { status }];
      await expect(letters.keep(letter(event()))).rejects.toMatchObject({
        name: 'TransientError',
        message: expect.stringMatching(
          `^blob storage ${ACCOUNT_NAME} answered ${status} to PUT /${CONTAINER}/relay/`,
        ),
      });
      expect(sent).toHaveLength(3);
    },
  );

  test('and says when to come again is waited for', async () => {
    answers = [{ status: 503, retryAfter: '7' }];
    await letters.keep(letter(event()));
    expect(clock.sleeps).toEqual([7_000]);
  });

  test('and asks for more than ten seconds is not waited for: that is told', async () => {
    answers = [{ status: 503, retryAfter: '11' }];
    await expect(letters.keep(letter(event()))).rejects.toMatchObject({
      name: 'TransientError',
      retryAfterMs: 11_000,
    });
    expect(clock.sleeps).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  test('for good is asked once', async () => {
    answers = [{ status: 403 }];
    await expect(letters.keep(letter(event()))).rejects.toThrow(/ answered 403 to PUT /);
    expect(sent).toHaveLength(1);
  });
});

test('a storage account that is away is asked three times, and told', async () => {
  const away = new Transport({ HTTPS_PROXY: 'http://127.0.0.1:1' });
  const account = { name: ACCOUNT_NAME, httpClient: away.sdkClient, credential: relay.tokens, clock };
  await expect(
    new StoredDeadLetters(account, CONTAINER).keep(letter(samples.chatMessageReceived({}))),
  ).rejects.toMatchObject({
    name: 'TransientError',
    message: expect.stringMatching(`^no answer from ${ACCOUNT_NAME}\\.blob\\.core\\.windows\\.net \\(`),
  });
  expect(clock.sleeps).toHaveLength(2);
  away.close();
});
