import { PushNotifications, WebhookDestination, type PushNotificationsProps } from '../../constructs';
import { RELAY_EVENT_TYPES } from '../../relay/contract';
import { ensureAssets } from '../support/assets';
import { apnsCredential, GROUP } from '../support/samples';
import { newStack, synth, type Attributes } from '../support/synth';

beforeAll(ensureAssets);

const SUBSCRIPTION = 'azurerm_eventgrid_system_topic_event_subscription';

function subscriptions(over: Partial<PushNotificationsProps>): Attributes[] {
  const stack = newStack();
  new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    apns: apnsCredential(stack),
    ...over,
  });
  return synth(stack).resources(SUBSCRIPTION);
}

describe('a stack of a version whose messages brought recordings too', () => {
  test.each<[string, Partial<PushNotificationsProps>]>([
    ['to the relay', {}],
    ['to a webhook', { events: new WebhookDestination({ url: 'https://hooks.example.com/acs' }) }],
    ['with options of its own', { messages: { dependsOn: [] } }],
  ])('%s: gives them up when the subscription for recordings has them', (_, over) => {
    const [messages] = subscriptions(over).filter(({ name }) => name.endsWith('-messages'));
    expect(messages!.included_event_types).not.toEqual(
      expect.arrayContaining([...RELAY_EVENT_TYPES.recordings]),
    );
    expect(messages!.depends_on).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`^${SUBSCRIPTION}\\.Push_Events_Recordings_`)),
      ]),
    );
  });
});
