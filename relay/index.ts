import { app, type InvocationContext } from '@azure/functions';
import { RELAY_FUNCTIONS } from './contract';
import { SettingsError } from './errors';
import { Hub, Hubs } from './hub';
import { ManagedIdentity } from './identity';
import { systemClock, type Log, type LogLevel } from './ports';
import { Relay } from './relay';
import { SendKey } from './send-key';
import { readSettings, type HubRule } from './settings';

/** Each line goes to the invocation it belongs to; `AsyncLocalStorage` would cost more than passing it on. */
class InvocationLog implements Log {
  constructor(private readonly context: InvocationContext) {}

  write(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.context[level](JSON.stringify({ message, ...fields }));
  }
}

/** Builds the relay of this process once; a wrong configuration is told at each invocation until it is right. */
function start(): ((log: Log) => Relay) | SettingsError {
  try {
    const settings = readSettings(process.env);
    const identity = new ManagedIdentity(
      {
        endpoint: settings.identityEndpoint,
        header: settings.identityHeader,
        clientId: settings.identityClientId,
      },
      systemClock,
    );
    const hub = (rule: HubRule) => new Hub(rule, new SendKey(rule.id, identity, systemClock), systemClock);
    const hubs = new Hubs(hub(settings.hubRule), settings.voipHubRule && hub(settings.voipHubRule));
    return (log) => new Relay(settings.sourceId, { hubs, clock: systemClock, log });
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

const relay = start();

app.hook.appStart(() => {
  // The one line that an operator looks for when nothing works.
  if (relay instanceof SettingsError) process.emitWarning(relay.message, 'RelaySettings');
});

async function handle(event: unknown, context: InvocationContext): Promise<void> {
  if (relay instanceof SettingsError) throw relay;
  await relay(new InvocationLog(context)).handle(event);
}

app.eventGrid(RELAY_FUNCTIONS.calls, { handler: handle });
app.eventGrid(RELAY_FUNCTIONS.messages, { handler: handle });
