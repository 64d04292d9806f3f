import { ARM } from '../arm';
import { PermanentError, TransientError } from '../errors';
import { messageHeaders, messagesUrl } from '../hub-context';
import { bearer } from '../identity';
import { readJson } from '../json';
import { Metrics } from '../metrics';
import type { Notification } from '../notification';
import type { DeadLetter, HubMessage, Log } from '../ports';
import { PreferencesStore } from '../preferences/store';
import { PUSH, verdictOf, type Verdict } from '../preferences/verdict';
import { Relay } from '../relay';
import { rendererOf } from '../rendering';
import { readHubRule, readSettings, type RelaySettings } from '../settings';
import { RememberedCalls } from '../storage/calls';
import { RememberedEvents } from '../storage/remembered-events';
import { storageAccount } from '../storage/account';
import type { Templates } from '../words';
import type { Connection } from './connection';
import { sampleEvents, type SampleEventName } from './sample-events';

/** Version of Microsoft.Web that has the app's settings. */
const WEB_API_VERSION = '2023-12-01';

/**
 * The settings of a deployed relay. Who asks needs `Microsoft.Web/sites/config/list/action` on the Function App.
 *
 * @param siteId ARM id of the Function App
 * @throws TransientError when ARM does not give them
 * @throws SettingsError when they are not those of a relay
 * https://learn.microsoft.com/rest/api/appservice/web-apps/list-application-settings
 */
export async function relaySettings(siteId: string, connection: Connection): Promise<RelaySettings> {
  const url = `${ARM}${siteId}/config/appsettings/list?api-version=${WEB_API_VERSION}`;
  const { status, body } = await connection.transport.send({
    method: 'POST',
    url,
    headers: { authorization: await bearer(connection.credential, ARM) },
    body: '',
  });
  if (status !== 200) {
    throw new TransientError(
      `the settings of ${siteId} cannot be read: ${status}; it takes the right Microsoft.Web/sites/config/list/action`,
    );
  }
  // Functions sets these two by itself, inside the app alone.
  const inside = { IDENTITY_ENDPOINT: 'none', IDENTITY_HEADER: 'none' };
  return readSettings({ ...(readJson(body)['properties'] as NodeJS.ProcessEnv), ...inside });
}

export interface SamplePushOptions {
  readonly event: SampleEventName;
  readonly user: string;
  readonly threadId: string;
  readonly settings: RelaySettings;
  /** Those of the package that is deployed. */
  readonly templates: Templates;
}

/** What the relay makes of a sample event now. */
export interface SamplePush {
  readonly messages: readonly HubMessage[];
  /** What the user's preferences would have the relay do; an error when they cannot be read. */
  readonly verdict: Verdict | Error;
}

/**
 * Has the relay's own code make the push of a sample event, with the settings and templates it is deployed with, and
 * sends nothing. A push that the user's preferences would withhold is made all the same, as if they did not.
 *
 * @throws PermanentError when the event cannot become a push
 */
export async function samplePush(options: SamplePushOptions, connection: Connection): Promise<SamplePush> {
  const { event, user, threadId, settings, templates } = options;
  const { clock } = connection;
  const messages: HubMessage[] = [];
  const refused: DeadLetter[] = [];
  let verdict: Verdict | Error = PUSH;
  const relay = new Relay(settings.sourceId, {
    hubs: { send: (message) => (messages.push(message), Promise.resolve({})) },
    processed: new RememberedEvents(clock),
    calls: new RememberedCalls(),
    deadLetters: { keep: (letter) => (refused.push(letter), Promise.resolve()) },
    renderer: rendererOf(settings, templates),
    recipients: {
      verdict: async (notification: Notification, now: number) => {
        verdict = await wanted(settings, notification, now, connection);
        return verdict instanceof Error || verdict.kind === 'withheld' ? PUSH : verdict;
      },
    },
    metrics: new Metrics(clock, SILENCE),
    clock,
    optionalEvents: settings.optionalEvents,
  });
  const events = sampleEvents(event, { user, threadId, sourceId: settings.sourceId, now: clock.now() });
  for (const one of events) {
    messages.length = 0;
    await relay.handle(one, 'messages', SILENCE);
  }
  if (refused[0]) throw new PermanentError(refused[0].reason, refused[0].detail);
  return { messages, verdict };
}

async function wanted(
  settings: RelaySettings,
  notification: Notification,
  now: number,
  { credential, transport, clock }: Connection,
): Promise<Verdict | Error> {
  if (!settings.storage) return PUSH;
  const account = storageAccount(settings.storage.account, { transport, credential, clock });
  const store = new PreferencesStore(account, `${settings.storage.tablePrefix}preferences`);
  try {
    const kept = await store.get(notification.recipient);
    return kept ? verdictOf(kept.preferences, notification, now) : PUSH;
  } catch (error) {
    return error as Error;
  }
}

/** A request of the relay to a hub, as it goes out, without the signature. */
export interface HubRequest {
  readonly hub: HubMessage['hub'];
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param ruleIds ARM ids of the rules that the hubs are sent to with */
export function hubRequest(
  message: HubMessage,
  ruleIds: { readonly alert: string; readonly voip?: string },
): HubRequest {
  const { namespace, hub } = readHubRule(ruleIds[message.hub] ?? '');
  const list = messageHeaders(message);
  const headers = Object.fromEntries(
    list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1]!] as const] : [])),
  );
  const url = messagesUrl(`https://${namespace}.servicebus.windows.net`, hub);
  return { hub: message.hub, method: 'POST', url, headers, body: message.body };
}

const SILENCE: Log = { write: () => undefined };
