import { randomUUID } from 'node:crypto';
import type { LocalRequest, LocalResponse } from '../../core/http';
import { escapeXml } from '../../core/xml';

/** The parts of a path, decoded where they can be. */
export function segments(path: string): string[] {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    });
}

export function header(request: LocalRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export function xml(status: number, body: string): LocalResponse {
  return { status, headers: { 'Content-Type': 'application/xml; charset=utf-8' }, body };
}

export function failure(status: number, detail: string, headers: Record<string, string> = {}): LocalResponse {
  const trackingId = randomUUID();
  return {
    status,
    headers: { 'Content-Type': 'application/xml; charset=utf-8', TrackingId: trackingId, ...headers },
    body: `<Error><Code>${status}</Code><Detail>${escapeXml(detail)} TrackingId:${trackingId}</Detail></Error>`,
  };
}
