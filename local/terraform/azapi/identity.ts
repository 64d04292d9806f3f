import type { ArmResource } from '../azure-client';
import { ctyEquals, UNKNOWN, type CtyObject, type CtyValue } from '../cty';
import type { Json } from './body';

/** The block `identity`: planned, sent, and read back. */
export function plannedIdentity(config: CtyObject[], prior: CtyValue | undefined): CtyValue {
  const before = (prior as CtyObject[] | null | undefined) ?? [];
  return config.map((block, index) => {
    const last = before[index];
    const same =
      last &&
      ctyEquals(last['type'], block['type']) &&
      ctyEquals(last['identity_ids'], block['identity_ids']);
    return same ? last : { ...block, principal_id: UNKNOWN, tenant_id: UNKNOWN };
  });
}

export function observedIdentity(blocks: CtyObject[] | null, resource: ArmResource | undefined): CtyValue {
  return (blocks ?? []).map((block) => ({
    ...block,
    principal_id: resource?.identity?.principalId ?? '',
    tenant_id: resource?.identity?.tenantId ?? '',
  }));
}

export function importedIdentity(resource: ArmResource | undefined): CtyObject[] {
  const identity = resource?.identity;
  if (!identity || identity.type === 'None') return [];
  const ids = Object.keys(identity.userAssignedIdentities ?? {});
  return [{ type: identity.type, identity_ids: ids.length > 0 ? ids : null }];
}

export function identityBody(blocks: CtyObject[]): Json | undefined {
  const block = blocks[0];
  if (!block) return undefined;
  const ids = (block['identity_ids'] as string[] | null) ?? [];
  return {
    type: block['type'] as string,
    ...(ids.length > 0 && { userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])) }),
  };
}
