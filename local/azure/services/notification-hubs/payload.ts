import { parseJsonText } from '../../core/json';
import { ownValue } from '../../core/own';
import { asObject } from '../../core/arm/resource-id';
import type { LocalRequest } from '../../core/http';
import { HubRequestError } from './errors';
import { header } from './http';
import { PAYLOAD_LIMIT, type PushServiceName } from '../../../push-services/push-services';

const BATCH_LIMIT = 1000;

/** The payload and the device handles of a batch Direct Send. @throws HubRequestError (400, 413) */
export function readBatch(request: LocalRequest): { payload: string; handles: string[] } {
  const boundary = /boundary\s*=\s*"?([^";]+)"?/i.exec(header(request, 'content-type') ?? '')?.[1]?.trim();
  const parts = boundary ? request.body.toString('utf8').split(`--${boundary}`) : [];
  const part = (name: string): string => {
    const found = parts.find((text) =>
      new RegExp(`name\\s*=\\s*"?${name}"?`, 'i').test(text.split('\r\n\r\n')[0] ?? ''),
    );
    if (!found) throw new HubRequestError(400, `The multipart body has no part '${name}'.`);
    return found.slice(found.indexOf('\r\n\r\n') + 4).replace(/\r\n$/, '');
  };
  const handles = readJson(part('devices'));
  if (!Array.isArray(handles) || handles.length === 0 || handles.some((one) => typeof one !== 'string')) {
    throw new HubRequestError(400, 'The devices of a batch must be a list of device handles.');
  }
  if (handles.length > BATCH_LIMIT) {
    throw new HubRequestError(
      413,
      `A batch takes up to ${BATCH_LIMIT} device handles, got ${handles.length}.`,
    );
  }
  return { payload: part('notification'), handles: handles as string[] };
}

/** A hub caps APNs payloads itself; FCM judges its own; what a browser gets is any text. */
export function checkPayload(format: string, payload: string): void {
  if (format === 'browser') return;
  const content = readJson(payload);
  if (format === 'apple' && Buffer.byteLength(payload) > PAYLOAD_LIMIT) {
    throw new HubRequestError(413, `The notification payload is larger than ${PAYLOAD_LIMIT} bytes.`);
  }
  if (format === 'fcmv1' && typeof asObject(content).message !== 'object') {
    throw new HubRequestError(400, "The supplied notification payload is invalid: it has no 'message'.");
  }
}

export function readJson(text: string): unknown {
  try {
    return parseJsonText(text);
  } catch {
    throw new HubRequestError(400, 'The supplied notification payload or document is invalid.');
  }
}

/** Puts values in the place of `$(name)`, escaped as they stand inside a JSON string. */
export function fillIn(template: string, values: Record<string, unknown>): string {
  return template.replace(/\$\(([^)]+)\)/g, (_, name: string) =>
    JSON.stringify(textOf(ownValue(values, name))).slice(1, -1),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
}

const WEB_PUSH_HEADERS = ['ttl', 'urgency', 'topic'];

/**
 * What of a request's headers goes on to the push service. For APNs all of its own but the topic, which is the hub's
 * bundle id and not the sender's to say. For browsers no document says it; assumed: those of RFC 8030.
 */
export function passedHeaders(request: LocalRequest, service: PushServiceName): Record<string, string> {
  const passed = Object.entries(request.headers).filter(
    ([name]) =>
      (service === 'apns' && name.startsWith('apns-') && name !== 'apns-topic') ||
      (service === 'browser' && WEB_PUSH_HEADERS.includes(name)),
  );
  return Object.fromEntries(passed.map(([name, value]) => [name, String(value)] as const));
}
