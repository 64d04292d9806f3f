import type { ArmResource } from './arm-resource';
import type { AzureReader } from './azure';
import { AzureError } from './azure-error';
import { PROPAGATION_WINDOW } from './propagation';

/** The most requests to ARM that a wait sends within any one propagation window. */
export const ARM_READS_PER_WINDOW = 59;

/** Counts requests over a sliding window and refuses those above the stated number. */
export class ReadBudget implements AzureReader {
  private sent: number[] = [];

  constructor(
    private readonly azure: AzureReader,
    private readonly now: () => number,
    private readonly limit = ARM_READS_PER_WINDOW,
  ) {}

  get requests(): number {
    return this.azure.requests;
  }

  azureNow(): number | undefined {
    return this.azure.azureNow();
  }

  /** Milliseconds until that many requests may be sent together. */
  waitFor(requests: number): number {
    const recent = this.recent();
    const over = recent.length + requests - this.limit;
    const last = recent[Math.min(over, recent.length) - 1];
    return over <= 0 || last === undefined ? 0 : last + PROPAGATION_WINDOW - this.now();
  }

  get(id: string, apiVersion: string, signal?: AbortSignal): Promise<ArmResource | undefined> {
    return this.spend(() => this.azure.get(id, apiVersion, signal));
  }

  query(
    path: string,
    apiVersion: string,
    query: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<unknown> {
    return this.spend(() => this.azure.query(path, apiVersion, query, signal));
  }

  act(
    id: string,
    action: string,
    apiVersion: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<unknown> {
    return this.spend(() => this.azure.act(id, action, apiVersion, body, signal));
  }

  private async spend<T>(send: () => Promise<T>): Promise<T> {
    if (this.waitFor(1) > 0) {
      throw new AzureError('budget', `not sent: ${this.limit} requests to ARM within one window are used up`);
    }
    this.sent.push(this.now());
    return send();
  }

  private recent(): number[] {
    const from = this.now() - PROPAGATION_WINDOW;
    this.sent = this.sent.filter((time) => time > from);
    return this.sent;
  }
}
