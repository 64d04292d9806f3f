import type { GridEvent } from './filter';

/** An event in the schema of Event Grid. */
export function eventGridEvent(event: GridEvent): Record<string, unknown> {
  return { ...event, metadataVersion: '1' };
}

/** An event as CloudEvents 1.0 has it. */
export function cloudEvent(event: GridEvent): Record<string, unknown> {
  return {
    id: event.id,
    source: event.topic,
    specversion: '1.0',
    type: event.eventType,
    subject: event.subject,
    time: event.eventTime,
    data: event.data,
  };
}
