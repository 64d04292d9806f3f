import type { z } from 'zod';
import type { ResourceNameRule } from './resource-name';
import type { LocalRequest, LocalResponse } from '../http';
import type { StoredResource } from '../store';

/** Who is asking, from the bearer token: the object id of the principal. */
export interface Caller {
  readonly objectId: string;
}

export interface ResourceRequest {
  readonly id: string;
  readonly apiVersion: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly caller: Caller;
  readonly existing: StoredResource | undefined;
  /** `PATCH` when `body` is the merged document of a PATCH; absent means PUT. */
  readonly method?: 'PUT' | 'PATCH';
}

/**
 * What ARM has to know about one resource type beyond keeping it. `arm.ts` does the rest for every type alike:
 * parents must exist, ids are compared without case, GET of a missing one is 404, DELETE of a missing one 204,
 * PUT answers 200 unless the type says otherwise, tags and location are kept, writes go to the activity log.
 */
export interface ResourceType {
  /** `Microsoft.Communication/communicationServices`. */
  readonly type: string;
  readonly apiVersions: readonly string[];
  /** Nothing plays it: see not-played.ts. Any api-version is taken then. */
  readonly notPlayed?: boolean;
  /** @default - what no name may have, and what `put` itself checks */
  readonly name?: ResourceNameRule;
  /** What `put` can read, as shape.ts spells it; a body of another shape is refused, and `put` gets what it reads. */
  readonly body?: z.ZodType;
  /** Members that a PATCH has beside `properties`, where other types have them in it. @default - none */
  readonly patchMembers?: readonly string[];
  /** The resource to keep for this PUT (or merged PATCH). Throws ArmError to refuse. */
  put(request: ResourceRequest): StoredResource | Promise<StoredResource>;
  /** Status of a PUT; default 200. Event subscriptions need 201. */
  readonly putStatus?: number;
  /** Status of a DELETE of one that was there; default 200. Queues need 204. */
  readonly deleteStatus?: number;
  /** Whether the answer to a DELETE shows what was deleted; default no. */
  readonly deletionShows?: boolean;
  /** How many a list shows at once, with a link to the next ones; default all. */
  readonly pageSize?: number;
  /** Actions whose body, which holds no secret, the activity log tells; lower case. */
  readonly loggedBodies?: readonly string[];
  /** What a GET shows, by what it asks for; default the resource without `secrets`. */
  view?(resource: StoredResource, query?: URLSearchParams): Record<string, unknown>;
  /** Called before the resource is deleted by itself. Throws ArmError to refuse. */
  deleting?(resource: StoredResource): void;
  /** Called after the resource was removed from the store, so that what runs for it can stop. */
  deleted?(resource: StoredResource): void | Promise<void>;
  /** POST {id}/{action}, by lower-case name of the action: `listkeys`, `linknotificationhub`, … */
  readonly actions?: Readonly<
    Record<
      string,
      (request: ResourceRequest & { existing: StoredResource }) => LocalResponse | Promise<LocalResponse>
    >
  >;
  /**
   * A resource that is there as soon as its parent is, without a PUT: `blobServices/default`, a site's `config/web`.
   * Undefined when this type has no such resource by that id.
   */
  implicit?(id: string): StoredResource | undefined;
}

export interface OperationRequest {
  /** Values of the path's placeholders, as sent. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly caller: Caller;
  readonly request: LocalRequest;
}

/**
 * An ARM operation that is not one on a kept resource: a metric query, a check of a name, a list with a shape of
 * its own. Operations are tried before resources, in the order in which they were registered.
 */
export interface ArmOperation {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /**
   * The path, without regard to case. `{name}` stands for one segment; a leading `{scope}` for any resource, group
   * or subscription: `{scope}/providers/Microsoft.Insights/metrics`.
   */
  readonly path: string;
  /** What the caller needs a role for at the path's scope: `Microsoft.Insights/metrics/read`. */
  readonly action: string;
  /** Throws ArmError to refuse. */
  handle(request: OperationRequest): LocalResponse | Promise<LocalResponse>;
}
