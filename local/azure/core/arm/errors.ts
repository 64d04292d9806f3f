import { groupNameOf } from './path';
import { ArmError } from '../http';
import { LOGIN_HOST, TENANT_ID } from '../identity';
import type { TokenError, TokenFault } from '../access/tokens';

export function resourceNotFound(type: string, id: string): ArmError {
  const group = groupNameOf(id);
  const name = id.split('/').at(-1);
  const where = group ? ` under resource group '${group}'` : '';
  return new ArmError(404, 'ResourceNotFound', `The Resource '${type}/${name}'${where} was not found.`);
}

export function resourceGroupNotFound(name: string): ArmError {
  return new ArmError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
}

export function parentResourceNotFound(type: string, parentId: string): ArmError {
  return new ArmError(
    404,
    'ParentResourceNotFound',
    `The parent resource '${parentId}' of the nested resource of type '${type}' was not found.`,
  );
}

export function authorizationFailed(
  clientId: string,
  objectId: string,
  action: string,
  scope: string,
): ArmError {
  return new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${clientId}' with object id '${objectId}' does not have authorization to perform action ` +
      `'${action}' over scope '${scope}'.`,
  );
}

const TOKEN_ERROR_CODES: Record<TokenFault, string> = {
  invalid: 'InvalidAuthenticationToken',
  expired: 'ExpiredAuthenticationToken',
  audience: 'InvalidAuthenticationTokenAudience',
};

export function authenticationFailed(error: TokenError): ArmError {
  return new ArmError(401, TOKEN_ERROR_CODES[error.fault], error.message, {
    'www-authenticate':
      `Bearer authorization_uri="https://${LOGIN_HOST}/${TENANT_ID}", error="invalid_token", ` +
      `error_description="${error.message.replaceAll('"', "'")}"`,
  });
}

/** Dates, and after previews their kind: azure-rest-api-specs has no other. */
const API_VERSION = /^\d{4}-\d{2}-\d{2}(-[a-z]+([.-]?\d+)?)?$/i;

/**
 * @param supported of the resource type; default any
 * @throws ArmError 400
 */
export function requireApiVersion(
  type: string,
  apiVersion: string | null,
  supported?: readonly string[],
): string {
  if (!apiVersion) {
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  // ARM says so of the versions of its own operations; of those of resource providers, what follows.
  if (!API_VERSION.test(apiVersion)) {
    throw new ArmError(
      400,
      'InvalidApiVersionParameter',
      `The api-version '${apiVersion}' is invalid. Expected a date, as 2025-01-01, which -preview may follow.`,
    );
  }
  if (supported && !supported.includes(apiVersion.toLowerCase())) {
    throw new ArmError(
      400,
      'NoRegisteredProviderFound',
      `No registered resource provider found for API version '${apiVersion}' for type '${type}'. ` +
        `The supported api-versions are '${supported.join(', ')}'.`,
    );
  }
  return apiVersion;
}
