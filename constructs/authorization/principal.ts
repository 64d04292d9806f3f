import { TerraformResource, Token } from 'cdktf';
import type { Construct } from 'constructs';
import type { PrincipalType } from '../core/azure-resource-options';
import { mistake } from '../core/mistakes';

/** Who gets a right: an object of Microsoft Entra ID. azurerm's `UserAssignedIdentity` is one. */
export interface IPrincipal {
  /** Object id, a GUID; of an application that of its service principal, never the client id. */
  readonly principalId: string;
  /**
   * Given, Azure takes a principal that was made a moment ago.
   * @default - of an identity made by Terraform 'ServicePrincipal'; otherwise Azure looks it up
   */
  readonly principalType?: PrincipalType;
}

/**
 * A principal, or what acts under one: `PushRelay`, `DevicesApiApp`, any of azurerm's apps with an identity assigned by
 * the system, or an object of one's own with an `identity`.
 */
export type IGrantable = IPrincipal | { readonly identity: IPrincipal };

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A managed identity's principal, as role assignments have it. */
export function servicePrincipal(principalId: string): IPrincipal {
  return { principalId, principalType: 'ServicePrincipal' };
}

/** The principal of whoever is granted something; a mistake is noted when there is none. */
export function principalOf(scope: Construct, grantee: IGrantable): IPrincipal {
  const acting = 'identity' in grantee;
  const principal = acting ? grantee.identity : grantee;
  const { principalId, principalType } = principal ?? {};
  if (typeof principalId !== 'string' || !(Token.isUnresolved(principalId) || GUID.test(principalId))) {
    mistake(
      scope,
      `grantee takes a principal, or what has one as its identity, whose principalId is the object id of Microsoft ` +
        `Entra ID (a GUID), got '${String(principalId)}': give a UserAssignedIdentity, { identity } or { principalId }`,
    );
    return { principalId: '' };
  }
  const managed = acting || TerraformResource.isTerraformResource(principal);
  return { principalId, principalType: principalType ?? (managed ? 'ServicePrincipal' : undefined) };
}
