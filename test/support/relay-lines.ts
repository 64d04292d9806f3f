import { EVENT_OUTCOMES } from '../../relay/contract';
import { LinkHealthReport } from '../../relay/link-health/report';
import { audit } from '../../relay/devices/audit';
import type { Transport } from '../../relay/http';
import { Metrics } from '../../relay/metrics';
import { systemClock, type HubReceipt, type Log } from '../../relay/ports';
import { bareRelay } from '../relay/bare-relay';
import { Samples } from '../relay/samples';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers';
const ACS = `${GROUP}/Microsoft.Communication/communicationServices/acs`;
const HUB = `${GROUP}/Microsoft.NotificationHubs/namespaces/ns/notificationHubs/hub`;

/** Every field that any line with that message has; lines are written as they are, as JSON. */
export async function relayLines(): Promise<Map<string, Set<string>>> {
  const fields = new Map<string, Set<string>>();
  const log: Log = {
    write: (_level, message, more = {}) => {
      const line = JSON.parse(JSON.stringify({ message, ...more })) as Record<string, unknown>;
      const known = fields.get(message) ?? new Set();
      fields.set(message, known);
      for (const [name, value] of Object.entries(line)) {
        known.add(name);
        for (const one of Array.isArray(value) ? value : []) {
          for (const inner of Object.keys(one as object)) known.add(`${name}[].${inner}`);
        }
      }
    },
  };
  const metrics = new Metrics(systemClock, log);
  for (const outcome of EVENT_OUTCOMES)
    metrics.count('type', outcome, { notifications: [outcome], because: 'own', latencyMs: 5 });
  metrics.write();
  // Of the tiers of hubs, Standard alone gives an id.
  const receipt: Required<HubReceipt> = { trackingId: 't', notificationId: 'n' };
  fields.set('event handled', new Set(Object.keys(receipt).map((name) => `pushes[].${name}`)));
  const samples = new Samples(ACS);
  const { relay } = bareRelay(ACS);
  await relay.handle(samples.chatMessageReceived(), 'messages', log);
  // Expired, so that its notification says how old it was.
  await relay.handle({ ...samples.incomingCall(), eventTime: '2026-01-01T00:00:00Z' }, 'calls', log);
  await relay.handle({ no: 'event' }, 'messages', log);
  await reportBrokenLink(log);
  audit(log, {
    action: 'expiry',
    outcome: 'done',
    installationId: 'x',
    user: '8:acs:a',
    caller: { id: 'c', clientApp: 'a', identities: [], mayActFor: () => true },
    detail: 'dead',
  });
  return fields;
}

/** The report of a link and of a hub whose parts do not exist. */
async function reportBrokenLink(log: Log): Promise<void> {
  const gone = { send: async () => ({ status: 404, headers: new Headers(), body: '{}' }) };
  const settings = {
    communicationServiceId: ACS,
    hubId: HUB,
    ruleId: `${HUB}/authorizationRules/send`,
    relayRuleIds: [`${HUB}/authorizationRules/send`],
    resourceId: `${GROUP}/Microsoft.Web/sites/func`,
    region: 'westeurope',
  };
  await new LinkHealthReport(
    settings,
    { getToken: async () => ({ token: 'token', expiresOnTimestamp: Number.POSITIVE_INFINITY }) },
    gone as unknown as Transport,
    systemClock,
  ).report(log);
}

/** What a query over the relay's lines asks for and its lines do not have. */
export function missingFields(lines: ReadonlyMap<string, ReadonlySet<string>>, query: string): string[] {
  const text = query.replace(/\s+/g, ' ');
  const [, one] = /line\.message == '([^']+)'/.exec(text) ?? /message has '(devices audit)'/.exec(text) ?? [];
  const [, several = ''] = /line\.message in \(([^)]+)\)/.exec(text) ?? [];
  const messages = one === undefined ? [...several.matchAll(/'([^']+)'/g)].map(([, text]) => text!) : [one];
  if (messages.length === 0) return [`no message is asked for: ${text}`];
  return messages.flatMap((message) => missingOf(lines, message, text));
}

function missingOf(lines: ReadonlyMap<string, ReadonlySet<string>>, message: string, text: string): string[] {
  const known = lines.get(message);
  if (!known) return [`lines '${message}' are not written: ${text}`];
  const names = [...text.matchAll(/\bline(?:\.(\w+)|\['([^']+)'\])/g)].map(([, a, b]) => (a ?? b)!);
  const [, expanded] = /mv-expand push = line\.(\w+)/.exec(text) ?? [];
  const inner = [...text.matchAll(/\bpush\.(\w+)/g)].map(([, name]) => `${expanded}[].${name}`);
  return [...names, ...inner]
    .filter((name) => !known.has(name))
    .map((name) => `lines '${message}' have no field ${name}`);
}
