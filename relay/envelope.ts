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

/**
 * Reads an event in the Event Grid schema or the CloudEvents 1.0 schema.
 *
 * @throws PermanentError naming the first field that is missing or of another type
 * https://learn.microsoft.com/azure/event-grid/event-schema
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export function readEnvelope(input: unknown): RelayEvent {
  if (!isRecord(input)) throw new PermanentError(`event is not a JSON object: got ${typeName(input)}`);
  const cloud = typeof input['specversion'] === 'string';
  const text = (field: string): string => {
    const value = input[field];
    if (typeof value === 'string' && value !== '') return value;
    throw new PermanentError(`event field '${field}' must be text, got ${typeName(value)}`);
  };
  const time = text(cloud ? 'time' : 'eventTime');
  const milliseconds = Date.parse(time);
  if (Number.isNaN(milliseconds)) {
    throw new PermanentError(`event field '${cloud ? 'time' : 'eventTime'}' must be an ISO 8601 time`);
  }
  const data = input['data'];
  if (!isRecord(data))
    throw new PermanentError(`event field 'data' must be an object, got ${typeName(data)}`);
  return {
    id: text('id'),
    type: text(cloud ? 'type' : 'eventType'),
    source: text(cloud ? 'source' : 'topic'),
    subject: typeof input['subject'] === 'string' ? input['subject'] : '',
    time: milliseconds,
    data,
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
