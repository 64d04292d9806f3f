import type { Clock } from './azure/core/clock';
import type { DeliveredPush } from './azure/core/inbox';

/** How local Azure starts. */
export interface LocalAzureOptions {
  /** Folder that keeps everything over a restart. @default - a temporary one, removed at close */
  readonly stateDir?: string;
  /** What it starts with, in place of whatever the folder holds. @default - what the folder holds */
  readonly snapshot?: Snapshot;
  /** Of everything random: the same seed and the same requests give the same run. @default 1 */
  readonly seed?: number;
  /** How many times faster than the machine's clock Azure's runs. @default 1 */
  readonly clockSpeed?: number;
  /** A clock in place of the machine's: a {@link ForwardClock} or {@link ManualClock} that a test moves. */
  readonly clock?: Clock;
  /** Ports of the https server, the proxy and the control API, on 127.0.0.1. @default - any free ones */
  readonly ports?: { readonly https?: number; readonly proxy?: number; readonly control?: number };
  /** Refuses resource types that are not played, which are kept as plain documents otherwise. @default false */
  readonly strict?: boolean;
  /**
   * Resource providers that the subscription is registered for from its start: all, or those of these namespaces, such as
   * `Microsoft.Communication`. Requests for others are refused (409) until somebody registers them.
   * @default 'all'
   */
  readonly registeredProviders?: 'all' | readonly string[];
  /** Lets hosts that are none of Azure's through to the network. @default false: they are refused */
  readonly passThrough?: boolean;
  /** Takes what happens, a line each; never a secret. */
  readonly log?: (message: string) => void;
}

/** Where a running local Azure is reached. */
export interface Endpoints {
  /** `http://127.0.0.1:{port}`: the proxy through which clients reach Azure's host names, by CONNECT. */
  readonly proxy: string;
  /** `https://127.0.0.1:{port}`, for clients that send Azure's host names by themselves. */
  readonly https: string;
  /** `http://127.0.0.1:{port}`, the control API; `/openapi.json` describes it. */
  readonly control: string;
  /** `Authorization: Bearer {controlToken}`: for whatever changes something over HTTP, or shows secrets. New at each start. */
  readonly controlToken: string;
  /** `http://127.0.0.1:{port}/#token={controlToken}`: the page that shows what is there, in a browser. */
  readonly page: string;
  /** The authority that signs the certificates, PEM. */
  readonly certificateFile: string;
  /** The same with the public roots, for clients that take one file in place of their own. */
  readonly certificateBundleFile: string;
  readonly subscriptionId: string;
  readonly tenantId: string;
}

/** All that local Azure keeps, as JSON. Files of another `version` are refused. */
export interface Snapshot {
  readonly version: 1;
  /** Azure's time, ISO 8601. */
  readonly takenAt: string;
  /** Of ARM, with what no GET shows: keys, links, devices, secrets of vaults. */
  readonly resources: { id: string; name: string; type: string; properties: Record<string, unknown> }[];
  readonly principals: {
    objectId: string;
    clientId: string;
    kind: 'servicePrincipal' | 'managedIdentity' | 'user';
    displayName: string;
  }[];
  readonly activityLog: {
    eventTimestamp: string;
    operationName: string;
    resourceId: string;
    status: 'Succeeded' | 'Failed';
    caller: string;
    requestBody?: string;
  }[];
  readonly inbox: {
    time: string;
    service: 'apns' | 'fcmv1' | 'browser';
    hubId: string;
    handle: string;
    headers: Record<string, string>;
    payload: unknown;
  }[];
  /** Contents of storage accounts and packages of Function Apps, in base64, by path. */
  readonly files: Record<string, string>;
}

/** A running local Azure. */
export interface LocalAzure {
  readonly endpoints: Endpoints;
  /** Environment variables for clients that deploy: proxy, certificates, credentials of the deployer. */
  readonly environment: Readonly<Record<string, string>>;
  /** The part of `environment` that carries no credentials. */
  readonly networkEnvironment: Readonly<Record<string, string>>;
  /** What reached APNs, FCM and browsers, oldest first. */
  readonly inbox: readonly DeliveredPush[];
  /** The clock that Azure lives by. */
  readonly clock: Clock;
  /**
   * Asks the control API without HTTP: `control('POST', '/calls', { acsId, from, to })`.
   * @param path may carry a query
   */
  control(method: string, path: string, body?: unknown): Promise<{ status: number; body?: unknown }>;
  /** All that is kept, as one document. What goes on is not in it: events under way, calls, faults on order. */
  snapshot(): Promise<Snapshot>;
  /**
   * Ends what is going on, and starts again empty, or with a snapshot. Addresses, certificates and tokens of the deployer
   * stay.
   * @throws RangeError saying where the snapshot is wrong; everything is as it was then
   */
  reset(snapshot?: Snapshot): Promise<void>;
  /** Stops everything that was started; once closed it stays closed. */
  close(): Promise<void>;
}

export interface LocalCloudOptions extends LocalAzureOptions {
  /** Whether stand-in Terraform providers are served beside local Azure, or the real ones are used. @default 'stand-in' */
  readonly providers?: 'stand-in' | 'real';
  /** Which azurerm the stand-in plays. @default '4.55.0' */
  readonly azurermVersion?: string;
}

/** Local Azure, and what Terraform needs in order to work with it. */
export interface LocalCloud {
  readonly azure: LocalAzure;
  /** Environment variables for whoever deploys: those of local Azure, and `TF_REATTACH_PROVIDERS` for stand-ins. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stops everything that was started. */
  close(): Promise<void>;
}
