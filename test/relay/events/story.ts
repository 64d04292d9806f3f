import type { EventOutcome } from '../../../relay/contract';
import type { HubMessage } from '../../../relay/ports';
import { bareRelay } from '../bare-relay';
import { Samples, type EventGridEvent } from '../samples';

export const SOURCE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Communication/communicationServices/acs';

export const samples = new Samples(SOURCE);

const silent = { write: () => undefined };

/** A relay without Azure that events are told to, and what the devices of users get of them. */
export class Story {
  private readonly bare;
  private gate: Promise<void> = Promise.resolve();
  private arrived: () => void = () => undefined;
  private readonly waiting = new Promise<void>((resolve) => (this.arrived = resolve));

  constructor({ voip = true, templates }: { voip?: boolean; templates?: string } = {}) {
    this.bare = bareRelay(SOURCE, {
      voip,
      templates,
      sending: () => {
        this.arrived();
        return this.gate;
      },
    });
  }

  /** Has the hubs take nothing until the function that it gives is called. */
  holdHubs(): () => void {
    let open!: () => void;
    this.gate = new Promise<void>((resolve) => (open = resolve));
    return open;
  }

  /** Resolves once something waits for a hub. */
  held(): Promise<void> {
    return this.waiting;
  }

  /** Tells the events, one after the other; gives what became of each. */
  async tell(...events: EventGridEvent[]): Promise<EventOutcome[]> {
    const outcomes: EventOutcome[] = [];
    for (const event of events) outcomes.push(await this.bare.relay.handle(event, 'messages', silent));
    return outcomes;
  }

  get messages(): readonly HubMessage[] {
    return this.bare.messages;
  }

  get letters() {
    return this.bare.letters;
  }

  /** What was sent to a user's devices of one kind, in order: the event, and the reason where it has one. */
  to(rawId: string, device: 'iphone' | 'pushkit' | 'android' | 'browser'): string[] {
    return this.payloadsTo(rawId, device).map(({ event, reason }) =>
      reason ? `${event}: ${reason}` : event!,
    );
  }

  payloadsTo(rawId: string, device: 'iphone' | 'pushkit' | 'android' | 'browser'): Record<string, string>[] {
    const platform = { iphone: 'apple', pushkit: 'apple', android: 'fcmv1', browser: 'browser' }[device];
    const hub = device === 'pushkit' ? 'voip' : 'alert';
    const tag = `user:${rawId.replace('+', '')}`;
    return this.bare.messages
      .filter((message) => message.platform === platform && message.hub === hub)
      .filter(({ tagExpression }) => tagExpression.split(' && ')[0] === tag)
      .map(({ body }) => dataOf(JSON.parse(body)));
  }
}

function dataOf(payload: any): Record<string, string> {
  return payload.acs ?? payload.message?.data ?? payload.data;
}

/** Every order of a few things. */
export function permutations<T>(things: readonly T[]): T[][] {
  if (things.length === 0) return [[]];
  return things.flatMap((thing, i) =>
    permutations([...things.slice(0, i), ...things.slice(i + 1)]).map((rest) => [thing, ...rest]),
  );
}
