import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { OptionalEvent } from '../../relay/contract';
import { Metrics } from '../../relay/metrics';
import { systemClock, type Clock, type DeadLetter, type HubMessage } from '../../relay/ports';
import { Renderer } from '../../relay/push/render';
import { Relay, type RelayPorts } from '../../relay/relay';
import { RememberedCalls } from '../../relay/storage/calls';
import { RememberedEvents } from '../../relay/storage/remembered-events';
import { Wording, type Templates } from '../../relay/words';

export interface BareRelay {
  readonly relay: Relay;
  /** What would go to hubs. */
  readonly messages: HubMessage[];
  /** What would be kept. */
  readonly letters: DeadLetter[];
  /** The lines of figures since the last time. */
  figures(): Record<string, unknown>[];
}

/** The relay without Azure around it, for many events and for a look at what would go to the hubs. */
export function bareRelay(
  source: string,
  options: {
    voip?: boolean;
    withMessageText?: boolean;
    templates?: string;
    optionalEvents?: readonly OptionalEvent[];
    /** Throws in place of a hub that does not take the message. */
    refuse?: (message: HubMessage) => void;
    /** Throws in place of a storage account that is away. */
    keepFails?: () => void;
    androidMessages?: 'data' | 'notification';
    /** What a hub waits for before it takes a message. */
    sending?: () => Promise<void>;
    /** What recipients want to be told; without, everything. */
    recipients?: RelayPorts['recipients'];
    /** @default the system's */
    clock?: Clock;
    /** @default a memory of its own */
    processed?: RelayPorts['processed'];
  } = {},
): BareRelay {
  const { clock = systemClock } = options;
  const messages: HubMessage[] = [];
  const letters: DeadLetter[] = [];
  const lines: Record<string, unknown>[] = [];
  const metrics = new Metrics(clock, {
    write: (_level, _message, fields) => void lines.push({ ...fields }),
  });
  const relay = new Relay(source.toLowerCase(), {
    hubs: {
      send: async (message) => {
        options.refuse?.(message);
        await options.sending?.();
        messages.push(message);
        return { trackingId: 't' };
      },
    },
    processed: options.processed ?? new RememberedEvents(clock),
    calls: new RememberedCalls(),
    deadLetters: {
      keep: async (letter) => {
        options.keepFails?.();
        letters.push(letter);
      },
    },
    renderer: new Renderer(new Wording(loadTemplates(options.templates), options.withMessageText ?? true), {
      platforms: ['apple', 'fcmv1', 'browser'],
      voip: options.voip ?? false,
      androidMessages: options.androidMessages,
    }),
    recipients: options.recipients,
    metrics,
    clock,
    optionalEvents: new Set(options.optionalEvents),
  });
  return {
    relay,
    messages,
    letters,
    figures: () => {
      metrics.write();
      return lines.splice(0);
    },
  };
}

const loaded = new Map<string, Templates>();

/** Reads them as the build does, once a folder; jest cannot load its modules. */
export function loadTemplates(folder = join(__dirname, '../../relay/templates')): Templates {
  const known = loaded.get(folder);
  if (known) return known;
  const module = join(__dirname, '../../relay/templates/read-templates.mjs');
  const script = `import { readTemplates } from ${JSON.stringify(module)};
    console.log(JSON.stringify(readTemplates(${JSON.stringify(folder)})));`;
  const templates = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script]).toString('utf8'),
  ) as Templates;
  loaded.set(folder, templates);
  return templates;
}
