import { WebhookDestination, type PushNotificationsProps } from '../../../constructs';
import { RELAY_EVENT_TYPES } from '../../../relay/contract';
import { ensureAssets } from '../../support/assets';
import { pushNotifications } from '../../support/push-notifications';
import type { Attributes } from '../../support/synth';

beforeAll(ensureAssets);

const SUBSCRIPTION = 'azurerm_eventgrid_system_topic_event_subscription';

const subscriptions = (over: Partial<PushNotificationsProps>): Attributes[] =>
  pushNotifications(over).resources(SUBSCRIPTION);

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
