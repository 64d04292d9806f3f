import { OPTIONAL_EVENTS, RELAY_SETTINGS, type OptionalEvent } from '../contract';
import type { HubRule } from './hub-rule';
import { Reader } from './reader';
import { readShared, type SharedSettings } from './shared-settings';

/** Settings of the part that makes pushes of events. */
export interface RelaySettings extends SharedSettings {
  /** Lower case: ids are compared without case, as ARM does. */
  readonly sourceId: string;
  readonly hubRule: HubRule;
  readonly voipHubRule?: HubRule;
  readonly withMessageText: boolean;
  /** Events that become pushes although they do not by default. */
  readonly optionalEvents: ReadonlySet<OptionalEvent>;
  readonly androidMessages: 'data' | 'notification';
  readonly successLinesPercent: number;
}

/**
 * Reads the app settings of a relay that makes pushes of events.
 *
 * @throws SettingsError naming every setting that is missing or malformed, at once
 */
export function readSettings(environment: NodeJS.ProcessEnv): RelaySettings {
  const reader = new Reader(environment);
  const sourceId = reader.required(RELAY_SETTINGS.sourceId);
  const hubRule = reader.rule(RELAY_SETTINGS.hubRuleId, reader.required(RELAY_SETTINGS.hubRuleId));
  const voipHubRule = reader.rule(
    RELAY_SETTINGS.voipHubRuleId,
    reader.optional(RELAY_SETTINGS.voipHubRuleId),
  );
  const shared = readShared(reader);
  const messageText = reader.matching(
    RELAY_SETTINGS.messageText,
    'include',
    /^(include|omit)$/,
    'include or omit',
  );
  const successLines = reader.matching(
    RELAY_SETTINGS.successLinesPercent,
    '100',
    /^(100|[1-9]?\d)$/,
    'a whole number from 0 to 100',
  );
  const androidMessages = reader.matching(
    RELAY_SETTINGS.androidMessages,
    'data',
    /^(data|notification)$/,
    'data or notification',
  );
  const optionalEvents = (reader.optional(RELAY_SETTINGS.optionalEvents) ?? '')
    .split(',')
    .map((event) => event.trim())
    .filter((event) => event !== '');
  for (const event of optionalEvents) {
    if (!OPTIONAL_EVENTS.includes(event as OptionalEvent)) {
      reader.problems.push(
        `app setting ${RELAY_SETTINGS.optionalEvents} must be some of ${OPTIONAL_EVENTS.join(',')}, got '${event}'`,
      );
    }
  }
  reader.done('relay');
  return {
    ...shared,
    sourceId: sourceId.toLowerCase(),
    hubRule: hubRule!,
    voipHubRule,
    withMessageText: messageText === 'include',
    successLinesPercent: Number(successLines),
    androidMessages: androidMessages as RelaySettings['androidMessages'],
    optionalEvents: new Set(optionalEvents as OptionalEvent[]),
  };
}
