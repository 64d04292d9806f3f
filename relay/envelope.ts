import { PermanentError } from './errors';

/** An event of either schema, without the differences between them. */
export interface RelayEvent {
  readonly id: string;
  /** `Microsoft.Communication.ChatMessageReceived`, … */
  readonly type: string;
  /** ARM id of the resource that the event is about, as sent. */
  readonly source: string;
  readonly subject: string;
  /** When it happened, in milliseconds since the epoch. */
  readonly time: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Longest text that is taken for an id, type, source or time. */
const MAX_FIELD = 2048;

/**
 * Reads an event in the Event Grid schema or the CloudEvents 1.0 schema.
 *
 * @throws PermanentError naming the first field that is missing or of another type, or the version that is unknown
 * https://learn.microsoft.com/azure/event-grid/event-schema
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export function readEnvelope(input: unknown): RelayEvent {
  if (!isRecord(input)) {
    throw new PermanentError('not-an-event', `event is not a JSON object: got ${typeName(input)}`);
  }
  const cloud = input['specversion'] !== undefined;
  const text = (field: string): string => {
    const value = input[field];
    if (typeof value === 'string' && value !== '' && value.length <= MAX_FIELD) return value;
    throw new PermanentError(
      'not-an-event',
      `event field '${field}' must be text of at most ${MAX_FIELD} characters, got ${typeName(value)}`,
    );
  };
  const id = text('id');
  const type = text(cloud ? 'type' : 'eventType');
  const timeField = cloud ? 'time' : 'eventTime';
  const time = Date.parse(text(timeField));
  if (Number.isNaN(time)) {
    throw new PermanentError('not-an-event', `event field '${timeField}' must be an ISO 8601 time`);
  }
  const source = text(cloud ? 'source' : 'topic');
  const version = cloud ? versionOf(input['specversion'], '1.0') : versionOf(input['metadataVersion'], '1');
  if (version !== '1') {
    throw new PermanentError('unknown-version', `event schema has version ${version}, expected 1`);
  }
  const dataVersion = cloud ? '1' : versionOf(input['dataVersion'], '1');
  if (dataVersion !== '1') {
    throw new PermanentError('unknown-version', `event data has version ${dataVersion}, expected 1`);
  }
  const data = input['data'];
  if (!isRecord(data)) {
    throw new PermanentError('invalid-data', `event field 'data' must be an object, got ${typeName(data)}`);
  }
  const subject = input['subject'];
  return { id, type, source, subject: typeof subject === 'string' ? subject.toWellFormed() : '', time, data };
}

/** The major part of a version: `1` of `1.0`. Nothing and empty text mean the one there was first. */
function versionOf(value: unknown, otherwise: string): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return (text || otherwise).slice(0, 20).split('.')[0]!;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (value === '') return 'empty text';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
