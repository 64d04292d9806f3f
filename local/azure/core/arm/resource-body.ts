import { ArmError } from '../http';
import type { ResourceRequest } from './resource-type';
import type { StoredResource } from '../store';

export interface ResourceBody {
  location?: string;
  tags?: Record<string, string>;
  kind?: string;
  sku?: unknown;
  identity?: unknown;
  properties?: Record<string, unknown>;
  [key: string]: unknown;
}

export function bodyOf(request: ResourceRequest): ResourceBody {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ArmError(
      400,
      'InvalidRequestContent',
      `the body of the request to ${request.id} is not an object`,
    );
  }
  return body as ResourceBody;
}

/**
 * The resource as the body describes it, with properties of the provider's own in addition. Most types are kept
 * this way: the whole body, `provisioningState` and what the provider adds.
 */
export function resourceOf(
  request: ResourceRequest,
  type: string,
  added: Record<string, unknown> = {},
): StoredResource {
  const body = bodyOf(request);
  const id = request.existing?.id ?? request.id;
  const { location, tags, kind, sku, identity } = body;
  return {
    id,
    name: id.split('/').at(-1)!,
    type,
    ...(location !== undefined && { location }),
    ...(tags !== undefined && { tags }),
    ...(kind !== undefined && { kind }),
    ...(sku !== undefined && { sku }),
    ...(identity !== undefined && { identity }),
    properties: { ...body.properties, ...added, provisioningState: 'Succeeded' },
  };
}
