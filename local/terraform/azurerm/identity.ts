import type { ArmResource } from '../azure-client';
import type { CtyObject, CtyValue } from '../cty';
import { single } from './resource';

/** The `identity` block as ARM takes it; undefined where there is none. */
export function identityBody(block: CtyValue | undefined): object | undefined {
  const identity = single(block);
  if (!identity) return undefined;
  const ids = (identity['identity_ids'] as string[] | null) ?? [];
  return {
    type: identity['type'],
    ...(ids.length > 0 && { userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])) }),
  };
}

/** The `identity` block as ARM shows it. */
export function identityState(identity: ArmResource['identity']): CtyObject[] {
  if (!identity || identity.type === 'None') return [];
  const system = identity.type.includes('SystemAssigned');
  const ids = Object.keys(identity.userAssignedIdentities ?? {});
  return [
    {
      type: identity.type,
      identity_ids: ids.length > 0 ? ids : null,
      principal_id: system ? (identity.principalId ?? '') : '',
      tenant_id: system ? (identity.tenantId ?? '') : '',
    },
  ];
}
