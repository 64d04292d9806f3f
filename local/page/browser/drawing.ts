import type { Breakage, LinkedHub, ShownLink } from '../model';
import { nameOf, sameId, SERVICE_NAMES } from './names';
import type { State } from './state';

export type Place =
  'app' | 'acs' | 'linkedHub' | 'eventGrid' | 'relay' | 'relayHub' | 'apns' | 'fcmv1' | 'browser';

/** A box of the drawing. */
export interface DrawnNode {
  readonly place: Place;
  readonly kind: string;
  readonly name: string;
  readonly state: State;
  /** What the state means. */
  readonly words: string;
}

/** An arrow of the drawing. */
export interface DrawnEdge {
  readonly from: Place;
  readonly to: Place;
  readonly state: State;
  readonly words?: string;
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

const SERVICES = ['apns', 'fcmv1', 'browser'] as const;

/** Who sends pushes for a Communication Services resource, along which way, and what of it is broken. */
export function drawingOf(link: ShownLink, breakage: Breakage): Drawing {
  const coming = comingOf(link);
  const hub = link.effective ?? coming;
  const relay = link.relays[0];
  const relayHub = relay?.hubIds[0];
  const services = SERVICES.map((place) => serviceNode(place, breakage));
  const linkEdge = linkState(link);
  return {
    nodes: [
      { place: 'app', kind: 'App', name: 'calls and chats', state: 'none', words: 'by its SDKs' },
      {
        place: 'acs',
        kind: 'Communication Services',
        name: nameOf(link.acsId),
        state: link.effective ? 'ok' : coming ? 'waiting' : 'broken',
        words: link.effective ? 'linked' : coming ? 'not yet linked' : 'no hub linked',
      },
      {
        place: 'linkedHub',
        kind: 'Linked hub',
        name: hub ? nameOf(hub.hubId) : 'none',
        ...hubState(hub?.hubId, breakage),
      },
      {
        place: 'eventGrid',
        kind: 'Event Grid',
        name: 'its events',
        state: relay ? 'ok' : 'none',
        words: relay ? 'delivers' : 'nobody subscribed',
      },
      {
        place: 'relay',
        kind: 'Relay Function',
        name: relay ? nameOf(relay.functionAppId) : 'none',
        state: relay ? 'ok' : 'none',
        words: relay ? 'subscribed' : 'not deployed',
      },
      {
        place: 'relayHub',
        kind: 'Relay hub',
        name: relayHub ? nameOf(relayHub) : 'none',
        ...hubState(relayHub, breakage),
      },
      ...services,
    ],
    edges: [
      { from: 'app', to: 'acs', state: 'ok' },
      { from: 'acs', to: 'linkedHub', ...linkEdge },
      { from: 'acs', to: 'eventGrid', state: relay ? 'ok' : 'none' },
      { from: 'eventGrid', to: 'relay', state: relay ? 'ok' : 'none' },
      { from: 'relay', to: 'relayHub', state: relayHub ? 'ok' : 'none' },
      ...(['apns', 'fcmv1'] as const).map((to) => sendEdge('linkedHub', hub?.hubId, to, breakage)),
      ...SERVICES.map((to) => sendEdge('relayHub', relayHub, to, breakage)),
    ],
  };
}

/** The link that takes effect next, while its window is open. */
export function comingOf({ pending }: ShownLink): LinkedHub | undefined {
  return pending[0];
}

/** The arrow that the whole project is about. */
export function linkState({ effective, pending }: ShownLink): {
  readonly state: State;
  readonly words: string;
} {
  if (pending.length > 0) return { state: 'waiting', words: effective ? 'changes in' : 'in force in' };
  if (!effective) return { state: 'broken', words: 'no link' };
  return effective.keyValid
    ? { state: 'ok', words: 'in force' }
    : { state: 'broken', words: 'its key is not the hub’s any more' };
}

function hubState(hubId: string | undefined, { rejectedCredentials, throttledPercent }: Breakage) {
  if (hubId === undefined) return { state: 'none', words: 'no hub' } as const;
  if (refusedEverywhere(rejectedCredentials, hubId))
    return { state: 'broken', words: 'credential refused' } as const;
  if (throttledPercent > 0) return { state: 'broken', words: `throttles ${throttledPercent} %` } as const;
  return { state: 'ok', words: 'sends' } as const;
}

function serviceNode(place: (typeof SERVICES)[number], { unreachable }: Breakage): DrawnNode {
  const closed = unreachable.includes(place);
  return {
    place,
    kind: SERVICE_NAMES[place],
    name: { apns: 'iPhones', fcmv1: 'Android', browser: 'browsers' }[place],
    state: closed ? 'broken' : 'ok',
    words: closed ? 'closed' : 'open',
  };
}

function sendEdge(
  from: 'linkedHub' | 'relayHub',
  hubId: string | undefined,
  to: (typeof SERVICES)[number],
  breakage: Breakage,
): DrawnEdge {
  if (hubId === undefined) return { from, to, state: 'none' };
  const refused = refusedBy(to, breakage.rejectedCredentials, hubId);
  return { from, to, state: refused || breakage.unreachable.includes(to) ? 'broken' : 'ok' };
}

/** Whether no push service takes the credentials of a hub. */
export function refusedEverywhere(rejected: Breakage['rejectedCredentials'], hubId: string): boolean {
  return SERVICES.every((service) => refusedBy(service, rejected, hubId));
}

function refusedBy(
  service: (typeof SERVICES)[number],
  rejected: Breakage['rejectedCredentials'],
  hubId: string,
): boolean {
  return rejected.some(
    (one) => (one.service ?? service) === service && (one.hubId === undefined || sameId(one.hubId, hubId)),
  );
}

/** The same in a sentence each, for who does not see it. */
export function told({ nodes, edges }: Drawing): string {
  const named = new Map(nodes.map((node) => [node.place, node]));
  return [
    ...nodes.map(({ kind, name, words }) => `${kind} ${name}: ${words}.`),
    ...edges
      .filter(({ state }) => state !== 'none')
      .map(({ from, to, state }) => `${named.get(from)!.kind} to ${named.get(to)!.kind}: ${state}.`),
  ].join(' ');
}
