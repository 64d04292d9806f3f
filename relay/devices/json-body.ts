import { Problem } from './problem';

/** A body that may be read as JSON. */
export interface JsonRequest {
  header(name: string): string | null;
  text(): Promise<string>;
}

/** @throws Problem 413 for a body that says of itself that it is larger than so many bytes: before it is read */
export function refuseLarge(header: (name: string) => string | null, maxBytes: number): void {
  if (Number(header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

export function tooLarge(maxBytes: number): Problem {
  return new Problem(413, `body must not be larger than ${maxBytes} bytes`);
}

/** @throws Problem 415, 413, 400 for a body that is not JSON or larger than so many bytes */
export async function readJsonBody(
  request: JsonRequest,
  maxBytes: number,
): Promise<{ body: unknown; bytes: number }> {
  if (!/^application\/json\s*(;|$)/i.test(request.header('content-type') ?? '')) {
    throw new Problem(415, 'content type must be application/json');
  }
  const text = await request.text();
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw tooLarge(maxBytes);
  try {
    return { body: JSON.parse(text) as unknown, bytes };
  } catch {
    throw new Problem(400, 'body is not JSON');
  }
}
