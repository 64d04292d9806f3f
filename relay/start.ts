import { RELAY_SETTINGS } from './contract';
import { Access } from './devices/access';
import { DevicesApi } from './devices/api';
import { Authority } from './devices/authority';
import { Gate } from './devices/gate';
import { Installations } from './devices/installations';
import { RateLimit } from './devices/rate-limit';
import { Registrations } from './devices/registrations';
import { DeviceRegistry } from './devices/registry';
import { Sweep } from './devices/sweep';
import { UsersApi } from './devices/users';
import { SettingsError } from './errors';
import { Hub, Hubs } from './hub';
import { Transport } from './http';
import { ManagedIdentity } from './identity';
import { LinkHealthReport } from './link-health/report';
import { Metrics } from './metrics';
import { systemClock, type Clock, type Log } from './ports';
import { PreferencesApi } from './preferences/api';
import { Recipients } from './preferences/recipients';
import { PreferencesStore } from './preferences/store';
import { Relay } from './relay';
import { rendererOf } from './rendering';
import { SendKey } from './send-key';
import {
  readDevicesSettings,
  readLinkHealthSettings,
  readPart,
  readSettings,
  readSharedSettings,
  type DevicesSettings,
  type HubRule,
} from './settings';
import { RememberedCalls, StoredCalls } from './storage/calls';
import { LoggedDeadLetters, StoredDeadLetters } from './storage/dead-letters';
import { StoredEvents } from './storage/processed-events';
import { RememberedEvents } from './storage/remembered-events';
import { Storage } from './storage/storage';
import { missingTemplates, type Templates } from './words';

/** How long a clean-up may take, in milliseconds: a function is ended after a minute (`functionTimeout`). */
const CLEAN_UP_MS = 40_000;

/** The relay of one process, put together from its settings. */
export interface StartedRelay {
  /** Undefined in an app that is the devices API alone. */
  readonly relay: Relay | undefined;
  readonly devices: DevicesApi | SettingsError;
  readonly preferences: PreferencesApi | SettingsError;
  readonly users: UsersApi | SettingsError;
  /** Reports the health of the link; undefined when that is not asked for. */
  readonly linkHealth: LinkHealthReport | SettingsError | undefined;
  /** Removes records that nobody needs any more. */
  cleanUp(log: Log): Promise<void>;
  /** Looks after the devices that no request comes for; without a storage account there is nothing to go by. */
  sweep(log: Log): Promise<void>;
  /** Brings to its end what goes on after the last event: figures that are not written yet, and marks of slots. */
  stop(): Promise<void>;
  /** What an operator should know although it works. */
  readonly warnings: readonly string[];
}

/**
 * @param environment app settings
 * @param log for what belongs to no invocation
 * @throws SettingsError naming every setting that is missing or malformed
 */
export function startRelay(
  environment: NodeJS.ProcessEnv,
  templates: Templates,
  log: Log,
  clock: Clock = systemClock,
): StartedRelay {
  const sending = readPart(environment) === 'devices' ? undefined : readSettings(environment);
  const missing = sending ? missingTemplates(templates, sending.optionalEvents) : [];
  if (missing.length > 0) {
    throw new SettingsError(
      `relay not configured: app setting ${RELAY_SETTINGS.optionalEvents} asks for events without templates: publish a ` +
        `package with ${missing.join(', ')}`,
    );
  }
  const settings = sending ?? readSharedSettings(environment);
  const transport = new Transport(environment);
  const identity = new ManagedIdentity(settings.identity, clock);
  const hub = (rule: HubRule) =>
    new Hub(rule, new SendKey(rule, identity, transport, clock), transport, clock);
  const storage = settings.storage && new Storage(settings.storage.account, identity, transport, clock);
  const prefix = settings.storage?.tablePrefix ?? '';

  const processed = storage ? new StoredEvents(storage, prefix, clock, log) : new RememberedEvents(clock);
  const calls = storage ? new StoredCalls(storage, `${prefix}calls`, clock) : new RememberedCalls();
  const deadLetters = storage
    ? new StoredDeadLetters(storage, settings.storage!.deadLetterContainer, clock)
    : new LoggedDeadLetters(log);
  const registry = storage && new DeviceRegistry(storage, `${prefix}devices`, clock);
  const preferences = storage && new PreferencesStore(storage, `${prefix}preferences`);

  const devices = orSettingsError(() => readDevicesSettings(environment));
  const registrations =
    devices instanceof SettingsError
      ? undefined
      : new Registrations(
          new Installations(
            hub(devices.rule),
            devices.voipRule && hub(devices.voipRule),
            templates.languages,
          ),
          registry,
          devices,
          clock,
        );
  const gate = devices instanceof SettingsError ? devices : makeGate(devices, transport, clock, log);
  const metrics = new Metrics(clock, log);
  const linkHealth = orSettingsError(() => readLinkHealthSettings(environment));
  const upkeep = registrations?.upkeep;
  const sweep = upkeep && registry && new Sweep(upkeep, registry, clock);

  return {
    relay:
      sending &&
      new Relay(sending.sourceId, {
        hubs: new Hubs(hub(sending.hubRule), sending.voipHubRule && hub(sending.voipHubRule)),
        processed,
        calls,
        deadLetters,
        renderer: rendererOf(sending, templates),
        recipients: preferences && new Recipients(preferences, clock),
        metrics,
        clock,
        optionalEvents: sending.optionalEvents,
        successLinesPercent: sending.successLinesPercent,
      }),
    devices:
      gate instanceof SettingsError
        ? gate
        : new DevicesApi({ gate, registrations: registrations!, platforms: settings.platforms }),
    users:
      gate instanceof SettingsError
        ? gate
        : new UsersApi({
            gate,
            registrations: registrations!,
            registry,
            clock,
          }),
    preferences: gate instanceof SettingsError ? gate : new PreferencesApi({ gate, store: preferences }),
    linkHealth:
      linkHealth instanceof SettingsError || linkHealth === undefined
        ? linkHealth
        : new LinkHealthReport(linkHealth, identity, transport, clock),
    cleanUp: async (eventLog) => {
      if (!(processed instanceof StoredEvents) || !(calls instanceof StoredCalls)) return;
      const until = clock.now() + CLEAN_UP_MS;
      const tables = await processed.expire();
      eventLog.write('info', 'cleaned up', { tables, calls: await calls.expire(until) });
    },
    sweep: async (eventLog) => sweep?.run(eventLog),
    stop: async () => {
      metrics.write();
      if (processed instanceof StoredEvents) await processed.settled();
    },
    warnings: [
      ...(storage
        ? []
        : [
            'no RELAY_STORAGE_ACCOUNT: duplicates are recognised within one process only, and events that cannot become ' +
              'a push are lost',
          ]),
      ...(sending?.voipHubRule && !(devices instanceof SettingsError) && !devices.voipRule
        ? [
            'RELAY_VOIP_HUB_RULE_ID without RELAY_VOIP_DEVICES_RULE_ID: devices in the VoIP hub ring on, and the devices ' +
              'API can neither add any nor remove those of former users',
          ]
        : []),
    ],
  };
}

function makeGate(settings: DevicesSettings, transport: Transport, clock: Clock, log: Log): Gate {
  const authority = new Authority(settings.authority, settings.tenantId, clock, transport, log);
  return new Gate({
    access: new Access(settings, authority, clock),
    callers: new RateLimit(settings.requestsPerMinute, clock),
    addresses: new RateLimit(settings.requestsPerMinutePerAddress, clock),
    failures: new RateLimit(settings.failuresPerMinutePerAddress, clock),
    proxies: settings.proxies,
  });
}

function orSettingsError<T>(read: () => T): T | SettingsError {
  try {
    return read();
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}
