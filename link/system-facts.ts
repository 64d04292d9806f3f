import type { ArmResource } from './arm-resource';

/**
 * What ARM tells of any resource, read from its raw answer: `systemData` is no part of the generic resource that
 * `@azure/arm-resources` knows.
 */
export function systemFacts(answer: unknown): Pick<ArmResource, 'createdAt' | 'modifiedAt' | 'sku'> {
  const { systemData, sku } = answer as {
    systemData?: { createdAt?: string; lastModifiedAt?: string };
    sku?: { name?: string };
  };
  const createdAt = Date.parse(systemData?.createdAt ?? '');
  const modifiedAt = Date.parse(systemData?.lastModifiedAt ?? '');
  return {
    ...(Number.isNaN(createdAt) ? {} : { createdAt }),
    ...(Number.isNaN(modifiedAt) ? {} : { modifiedAt }),
    ...(sku?.name ? { sku: sku.name } : {}),
  };
}
