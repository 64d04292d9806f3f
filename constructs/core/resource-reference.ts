import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { parseResourceId, ResourceIdError, type ResourceId } from '../../link/resource-id';
import { fail } from './errors';

/** Of Log Analytics. */
export const WORKSPACE_TYPE = 'Microsoft.OperationalInsights/workspaces';

/**
 * Reads an ARM id given by the caller; undefined when it is not known before the deploy (a token).
 * @throws PushConstructError when it is malformed or of another type
 */
export function readResourceId(scope: IConstruct, id: string, type: string): ResourceId | undefined {
  if (Token.isUnresolved(id)) return undefined;
  try {
    return parseResourceId(id, type);
  } catch (error) {
    if (error instanceof ResourceIdError) fail(scope, error.message);
    throw error;
  }
}
