import { createHash } from 'node:crypto';
import { isRecord, typeName } from '../envelope';
import { PermanentError } from '../errors';

type Data = Readonly<Record<string, unknown>>;

/** @throws PermanentError when the field is missing or not text */
export function requiredText(data: Data, field: string): string {
  const value = data[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new PermanentError(`event field 'data.${field}' must be text, got ${typeName(value)}`);
}

/** Text, or nothing when the field is missing, empty, or something else. */
export function optionalText(data: Data, field: string): string | undefined {
  const value = data[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @throws PermanentError when the field is not a communication identifier with a `rawId` */
export function requiredRawId(data: Data, field: string): string {
  const value = optionalRawId(data, field);
  if (value) return value;
  throw new PermanentError(`event field 'data.${field}' must be a communication identifier with a rawId`);
}

/** `rawId` of a communication identifier. */
export function optionalRawId(data: Data, field: string): string | undefined {
  const value = data[field];
  return isRecord(value) ? optionalText(value, 'rawId') : undefined;
}

/** An id short enough for APNs' `apns-collapse-id` (64 bytes), the same for the same parts. */
export function collapseId(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 32);
}
