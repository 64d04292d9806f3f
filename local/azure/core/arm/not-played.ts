import type { LocalResponse } from '../http';
import type { ArmPath } from './path';
import { resourceOf } from './resource-body';
import type { ResourceType } from './resource-type';

/** The header by which an answer says that its resource type is not played: `not-played Microsoft.Foo/bars`. */
const HEADER = 'x-local-azure';
const NAMESPACE = /^[a-z][a-z0-9]*(\.[a-z0-9]+)+$/i;
const SEGMENT = /^[a-z][a-z0-9]*$/i;

/**
 * A resource type that no service of local Azure plays: its resources are kept as plain documents, as they were sent,
 * and do nothing. Undefined when the path has not the form of a resource type.
 */
export function notPlayedType(target: ArmPath): ResourceType | undefined {
  const [namespace, ...segments] = target.type.split('/');
  if (!NAMESPACE.test(namespace!) || !segments.every((segment) => SEGMENT.test(segment))) return undefined;
  const { type } = target;
  return {
    type,
    apiVersions: [],
    notPlayed: true,
    put: (request) => resourceOf(request, request.existing?.type ?? type),
  };
}

/** The answer, saying of which type it is and that nothing plays it. */
export function saidNotPlayed(response: LocalResponse, type: string): LocalResponse {
  return { ...response, headers: { ...response.headers, [HEADER]: `not-played ${type}` } };
}
