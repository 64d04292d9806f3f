import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { parseResourceId, ResourceIdError, type ResourceId } from '../../link/resource-id';
import { mistake } from './mistakes';

export { SITE_TYPE } from '../../link/resource-id';

/** Of Log Analytics. */
export const WORKSPACE_TYPE = 'Microsoft.OperationalInsights/workspaces';

export const STORAGE_ACCOUNT_TYPE = 'Microsoft.Storage/storageAccounts';
export const IDENTITY_TYPE = 'Microsoft.ManagedIdentity/userAssignedIdentities';
export const PLAN_TYPE = 'Microsoft.Web/serverfarms';
export const VAULT_TYPE = 'Microsoft.KeyVault/vaults';
export const ACTION_GROUP_TYPE = 'Microsoft.Insights/actionGroups';
export const APPLICATION_INSIGHTS_TYPE = 'Microsoft.Insights/components';

/** What is wrong with an ARM id given by the caller, or undefined; one that is left out or a token is right. */
export function resourceIdProblem(id: string | undefined, type: string, prop: string): string | undefined {
  const problem = malformation(id, type);
  return problem && `${prop}: ${problem}`;
}

/** The same without the prop, for a text of one's own. */
export function malformation(id: string | undefined, type: string): string | undefined {
  const read = tryRead(id, type);
  return typeof read === 'string' ? read : undefined;
}

/**
 * Reads an ARM id given by the caller; undefined when it is not known before the deploy (a token), and when it is
 * malformed or of another type, which is noted.
 *
 * @param prop what the caller gave it as, for the error; the id alone when it is left out
 */
export function readResourceId(
  scope: IConstruct,
  id: string | undefined,
  type: string,
  prop?: string,
): ResourceId | undefined {
  const read = tryRead(id, type);
  if (typeof read !== 'string') return read;
  mistake(scope, prop === undefined ? read : `${prop}: ${read}`);
  return undefined;
}

function tryRead(id: string | undefined, type: string): ResourceId | string | undefined {
  if (id === undefined || Token.isUnresolved(id)) return undefined;
  try {
    return parseResourceId(id, type);
  } catch (error) {
    if (error instanceof ResourceIdError) return error.message;
    throw error;
  }
}

/** Takes the place of an id that is wrong, so that the rest is looked at too. */
export function standIn(type: string): ResourceId {
  const [provider, ...types] = type.split('/');
  const pairs = types.map((each) => `${each}/none`).join('/');
  return parseResourceId(
    `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/none/providers/${provider}/${pairs}`,
  );
}
