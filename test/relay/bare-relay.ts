import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Metrics } from '../../relay/metrics';
import { systemClock, type DeadLetter, type HubMessage } from '../../relay/ports';
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
}

/** The relay without Azure around it, for many events and for a look at what would go to the hubs. */
export function bareRelay(
  source: string,
  options: { voip?: boolean; withMessageText?: boolean; templates?: string } & Pick<
    RelayPorts,
    'recipients'
  > = {},
): BareRelay {
  const messages: HubMessage[] = [];
  const letters: DeadLetter[] = [];
  const relay = new Relay(source.toLowerCase(), {
    hubs: {
      send: (message) => {
        messages.push(message);
        return Promise.resolve({ trackingId: 't' });
      },
    },
    processed: new RememberedEvents(systemClock),
    calls: new RememberedCalls(),
    deadLetters: {
      keep: (letter) => {
        letters.push(letter);
        return Promise.resolve();
      },
    },
    renderer: new Renderer(new Wording(loadTemplates(options.templates), options.withMessageText ?? true), {
      platforms: ['apple', 'fcmv1', 'browser'],
      voip: options.voip ?? false,
    }),
    recipients: options.recipients,
    metrics: new Metrics(systemClock, { write: () => undefined }),
    clock: systemClock,
  });
  return { relay, messages, letters };
}

/** Reads them as the build does; jest cannot load its modules. */
export function loadTemplates(folder = join(__dirname, '../../relay/templates')): Templates {
  const module = join(__dirname, '../../relay/templates/read-templates.mjs');
  const script = `import { readTemplates } from ${JSON.stringify(module)};
    console.log(JSON.stringify(readTemplates(${JSON.stringify(folder)})));`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script]).toString('utf8'),
  ) as Templates;
}
