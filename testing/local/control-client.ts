import type { DeliveredPush } from '../../local/azure/core/context';

/** Asks the control API of local Azure. */
export class ControlClient {
  /** @param token of the local Azure's start */
  constructor(
    /** `http://127.0.0.1:{port}` */
    private readonly url: string,
    private readonly token: string,
    private readonly signal?: AbortSignal,
  ) {}

  /** @throws Error with the API's own message when it refuses */
  async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(this.signal ? { signal: this.signal } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`control API: ${method} ${path} answered ${response.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** What reached APNs and FCM, oldest first; with a handle, what reached that device. */
  inbox(handle?: string): Promise<DeliveredPush[]> {
    return this.send('GET', handle ? `/inbox?handle=${encodeURIComponent(handle)}` : '/inbox');
  }
}
