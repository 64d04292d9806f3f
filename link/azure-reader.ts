import type { ArmResource } from './arm-resource';

/**
 * What the engine asks of Azure Resource Manager. Each method sends one request and throws AzureError when Azure
 * does not answer or refuses; none retries, so that whoever polls decides when to ask again.
 */
export interface AzureReader {
  /** The resource, or undefined when there is none (404). */
  get(id: string, apiVersion: string, signal?: AbortSignal): Promise<ArmResource | undefined>;
  /** GET below a resource or subscription, of what is no resource: metrics, activity log. Undefined on 404. */
  query(
    path: string,
    apiVersion: string,
    query: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<unknown>;
  /** POST `{id}/{action}`; the answer's body, or undefined on 404. */
  act(id: string, action: string, apiVersion: string, body?: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Azure's time by the `Date` headers of its answers: milliseconds since the epoch; undefined before the first. */
  azureNow(): number | undefined;
  /** How many requests were sent to ARM so far. */
  readonly requests: number;
}
