import { readFileSync } from 'node:fs';
import { ArmReader, AzureError, RestHubClient } from '../../link';
import { parseConnectionString } from '../../link/connection-string';
import { startLocalAzure, SUBSCRIPTION_ID, type LocalAzure } from '../../local/azure';
import { credentialOf } from '../../local/test/support/clients';
import { BreakingProxy, type Fate } from '../support/breaking-proxy';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-lost`;
const HUB = `${GROUP}/providers/Microsoft.NotificationHubs/namespaces/ntfns-lost/notificationHubs/ntf-lost`;
const VERSION = '2023-09-01';
const CONNECTION = parseConnectionString(
  `Endpoint=sb://ntfns-lost.servicebus.windows.net/;SharedAccessKeyName=Send;SharedAccessKey=${Buffer.alloc(32).toString('base64')}`,
);
const FAULTS: Fate[] = [
  'not sent',
  'answer lost',
  'half an answer',
  'never answered',
  'stalls in the answer',
  '429',
  '503',
];

interface Clients {
  readonly reader: ArmReader;
  readonly hub: RestHubClient;
}

const QUESTIONS: Record<string, (clients: Clients) => Promise<unknown>> = {
  'a resource': ({ reader }) => reader.get(HUB, VERSION),
  'a list': ({ reader }) => reader.query(`${HUB}/authorizationRules`, VERSION, {}),
  'an action': ({ reader }) => reader.act(`${HUB}/authorizationRules/Send`, 'listKeys', VERSION),
  'a push': ({ hub }) => hub.send(CONNECTION, 'ntf-lost', 'apns'),
  'an installation': ({ hub }) => hub.listen(CONNECTION, 'ntf-lost'),
};

let azure: LocalAzure;

beforeAll(async () => {
  azure = await startLocalAzure();
});
afterAll(() => azure.close());

// Whoever asked may ask again: none of it hangs, and none of it is told as a refusal.
describe.each(Object.entries(QUESTIONS))('asking for %s', (_, ask) => {
  it.each(FAULTS)('fails for the time being: %s', async (fault) => {
    const left = [fault];
    const proxy = await BreakingProxy.start(azure, () => left.shift() ?? 'answered');
    const { hostname: host, port } = new URL(proxy.url);
    const reach = {
      ca: readFileSync(azure.endpoints.certificateFile, 'utf8'),
      proxy: { host, port: Number(port) },
      // A fault that ends by itself is not to be taken for one that does not.
      ...(/never|stalls/.test(fault) && { requestTimeout: 200 }),
    };
    const clients = {
      reader: new ArmReader({ credential: credentialOf(azure), ...reach }),
      hub: new RestHubClient(reach),
    };
    try {
      const error = await ask(clients).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(AzureError);
      expect(error).toMatchObject({ transient: true });
      expect(proxy.seen.length).toBeLessThanOrEqual(1);
    } finally {
      proxy.close();
    }
  });
});
