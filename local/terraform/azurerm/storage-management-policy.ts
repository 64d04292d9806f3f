import type { CtyObject, CtyValue } from '../cty';
import { ProviderError } from '../provider';
import { known, single, type AzurermResource } from './resource';
import { inStorageAccount } from './resource-ids';
import { blocks } from './validation';

const API_VERSION = '2023-05-01';
/** What the real provider keeps for an age that is not set. */
const UNSET = -1;

const SINCE: Readonly<Record<string, string>> = {
  modification: 'daysAfterModificationGreaterThan',
  last_access_time: 'daysAfterLastAccessTimeGreaterThan',
  creation: 'daysAfterCreationGreaterThan',
};
const ARCHIVED_AFTER_CHANGE = 'tier_to_archive_after_days_since_last_tier_change_greater_than';

/** Where one attribute of a section goes: the action, and the age within it. */
type Ages = Readonly<Record<string, readonly [action: string, age: string]>>;

const BASE_BLOB: Ages = Object.fromEntries([
  ...(
    [
      ['tier_to_cool', 'tierToCool'],
      ['tier_to_cold', 'tierToCold'],
      ['tier_to_archive', 'tierToArchive'],
      ['delete', 'delete'],
    ] as const
  ).flatMap(([attribute, action]) =>
    Object.entries(SINCE).map(([since, age]) => [
      `${attribute}_after_days_since_${since}_greater_than`,
      [action, age] as const,
    ]),
  ),
  [ARCHIVED_AFTER_CHANGE, ['tierToArchive', 'daysAfterLastTierChangeGreaterThan'] as const],
]);

/** Snapshots and versions go by the age since their creation, in names that are not all alike. */
const older = (deletion: string): Ages => ({
  change_tier_to_cool_after_days_since_creation: ['tierToCool', SINCE['creation']!],
  tier_to_cold_after_days_since_creation_greater_than: ['tierToCold', SINCE['creation']!],
  change_tier_to_archive_after_days_since_creation: ['tierToArchive', SINCE['creation']!],
  [ARCHIVED_AFTER_CHANGE]: ['tierToArchive', 'daysAfterLastTierChangeGreaterThan'],
  [deletion]: ['delete', SINCE['creation']!],
});

const SECTIONS: Readonly<Record<string, { readonly arm: string; readonly ages: Ages }>> = {
  base_blob: { arm: 'baseBlob', ages: BASE_BLOB },
  snapshot: { arm: 'snapshot', ages: older('delete_after_days_since_creation_greater_than') },
  version: { arm: 'version', ages: older('delete_after_days_since_creation') },
};

export const storageManagementPolicy: AzurermResource = {
  forceNew: ['storage_account_id'],
  defaults: {
    ...Object.fromEntries(
      Object.entries(SECTIONS).flatMap(([section, { ages }]) =>
        Object.keys(ages).map((attribute) => [`rule.actions.${section}.${attribute}`, UNSET]),
      ),
    ),
    'rule.filters.match_blob_index_tag.operation': '==',
  },

  validate(config) {
    for (const rule of blocks(config, 'rule')) {
      const actions = single(rule['actions']) ?? {};
      const tags = single(rule['filters'])?.['match_blob_index_tag'];
      const narrowed = Array.isArray(tags) && tags.length > 0;
      if (narrowed && (single(actions['snapshot']) || single(actions['version']))) {
        throw new ProviderError(
          'Invalid rule',
          '`match_blob_index_tag` is not supported as a filter for versions and snapshots',
        );
      }
      const base = single(actions['base_blob']);
      if (base) requireOneAge(base);
    }
  },

  ids: inStorageAccount('StorageAccountManagementPolicy', 'managementPolicies/default'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, signal }) {
    await client.arm('PUT', id, API_VERSION, { body: policyBody(planned), signal });
  },

  async update(id, planned, _prior, { client, signal }) {
    await client.arm('PUT', id, API_VERSION, { body: policyBody(planned), signal });
  },

  async read(id, state, { client, signal }) {
    const policy = await client.get(id, API_VERSION, { signal });
    const rules = (policy?.properties['policy']?.rules ?? []) as Record<string, any>[];
    const before = (state['rule'] as CtyObject[] | null) ?? [];
    return (
      policy && {
        storage_account_id: accountId(id),
        rule: rules.map((rule, index) => ruleState(rule, before[index])),
      }
    );
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
  },
};

function accountId(id: string): string {
  const [account, name] = id.split('/managementPolicies/');
  if (!account || name !== 'default') {
    throw new ProviderError(
      'Invalid id',
      `got ${id}, expected <storage account id>/managementPolicies/default`,
    );
  }
  return account;
}

/** Each action goes by one age. */
function requireOneAge(base: CtyObject): void {
  const set = (name: string) => known(base[name]) !== undefined && base[name] !== UNSET;
  for (const attribute of ['tier_to_cool', 'tier_to_cold', 'tier_to_archive', 'delete']) {
    const names = Object.keys(SINCE).map((since) => `${attribute}_after_days_since_${since}_greater_than`);
    if (names.filter(set).length > 1) {
      throw new ProviderError('Invalid rule', `only one of ${names.join(', ')} can be set`);
    }
  }
  const byAccess = 'tier_to_cool_after_days_since_last_access_time_greater_than';
  if (base['auto_tier_to_hot_from_cool_enabled'] === true && !set(byAccess)) {
    throw new ProviderError('Invalid rule', `auto_tier_to_hot_from_cool_enabled goes with ${byAccess}`);
  }
}

function policyBody(planned: CtyObject): object {
  const rules = ((planned['rule'] as CtyObject[] | null) ?? []).map((rule) => {
    const filters = single(rule['filters'])!;
    const tags = (filters['match_blob_index_tag'] as CtyObject[] | null) ?? [];
    return {
      definition: {
        actions: actionsBody(single(rule['actions']) ?? {}),
        filters: {
          ...(tags.length > 0 && {
            blobIndexMatch: tags.map(({ name, operation, value }) => ({ name, op: operation, value })),
          }),
          blobTypes: filters['blob_types'],
          prefixMatch: known(filters['prefix_match']) ?? [],
        },
      },
      enabled: rule['enabled'],
      name: rule['name'],
      type: 'Lifecycle',
    };
  });
  return { name: 'default', properties: { policy: { rules } } };
}

function actionsBody(actions: CtyObject): object {
  const body: Record<string, Record<string, unknown>> = {};
  for (const [section, { arm, ages }] of Object.entries(SECTIONS)) {
    const configured = single(actions[section]);
    if (!configured) continue;
    const found: Record<string, Record<string, unknown> | boolean> = {};
    for (const [attribute, [action, age]] of Object.entries(ages)) {
      const days = known<number>(configured[attribute]);
      if (days === undefined || days === UNSET) continue;
      found[action] = { ...(found[action] as object | undefined), [age]: days };
    }
    if (configured['auto_tier_to_hot_from_cool_enabled'] === true)
      found['enableAutoTierToHotFromCool'] = true;
    body[arm] = found;
  }
  return body;
}

function ruleState(
  { name, enabled, definition }: Record<string, any>,
  before: CtyObject | undefined,
): CtyObject {
  const { filters = {}, actions = {} } = definition;
  const prefixes = (filters.prefixMatch ?? []) as string[];
  const sections = Object.entries(SECTIONS).map(([section, { arm, ages }]) => [
    section,
    actions[arm] ? [sectionState(ages, actions[arm], single(single(before?.['actions'])?.[section]))] : [],
  ]);
  return {
    name,
    enabled: enabled ?? true,
    filters: [
      {
        blob_types: filters.blobTypes ?? [],
        prefix_match:
          prefixes.length > 0 ? prefixes : (known(single(before?.['filters'])?.['prefix_match']) ?? null),
        match_blob_index_tag: ((filters.blobIndexMatch ?? []) as Record<string, CtyValue>[]).map((tag) => ({
          name: tag['name']!,
          operation: tag['op']!,
          value: tag['value']!,
        })),
      },
    ],
    actions: [Object.fromEntries(sections) as CtyObject],
  };
}

function sectionState(ages: Ages, found: Record<string, any>, before: CtyObject | undefined): CtyObject {
  const hot = 'auto_tier_to_hot_from_cool_enabled';
  return {
    ...Object.fromEntries(
      Object.entries(ages).map(([attribute, [action, age]]) => [attribute, found[action]?.[age] ?? UNSET]),
    ),
    ...(ages === BASE_BLOB && {
      // What is left out and false are one to the real provider.
      [hot]:
        found['enableAutoTierToHotFromCool'] === true
          ? true
          : known(before?.[hot]) === undefined
            ? null
            : false,
    }),
  };
}
