import type { LocalAzureContext } from '../../core/context';
import { ArmError, shown } from '../../core/http';
import { bodyOf, resourceOf } from '../../core/arm/resource-body';
import type { ResourceRequest, ResourceType } from '../../core/arm/resource-type';
import { STORAGE_ACCOUNT_TYPE } from './data-plane';
import type { StoredResource } from '../../core/store';

const TYPE = `${STORAGE_ACCOUNT_TYPE}/managementPolicies`;
/** Limits of a policy (azure-docs, storage/blobs/lifecycle-management-policy-structure.md). */
const MAX_RULES = 100;
const MAX_PREFIXES = 10;
const MAX_TAGS = 10;
const MAX_DAYS = 99_999;
const RULE_NAME = /^[A-Za-z0-9]{1,256}$/;
const CONTAINER = /^(\$root|\$web|\$logs|[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9]))*-?)$/;

type Action = Readonly<Record<string, number | undefined>>;
type Actions = Readonly<Record<string, Action | boolean | undefined>>;

interface Rule {
  readonly name?: string;
  readonly enabled?: unknown;
  readonly type?: string;
  readonly definition?: {
    readonly actions?: Readonly<Record<string, Actions | undefined>>;
    readonly filters?: {
      readonly blobTypes?: readonly string[];
      readonly prefixMatch?: readonly string[];
      readonly blobIndexMatch?: readonly { name?: string; op?: string; value?: string }[];
    };
  };
}

const AGES = [
  'daysAfterModificationGreaterThan',
  'daysAfterLastAccessTimeGreaterThan',
  'daysAfterCreationGreaterThan',
];
const TIER_CHANGE = 'daysAfterLastTierChangeGreaterThan';
const ACTIONS = ['tierToCool', 'tierToCold', 'tierToArchive', 'delete'];

/**
 * Microsoft.Storage/storageAccounts/managementPolicies, checked as Azure checks them. None runs: no blob is deleted or
 * moved by its age.
 */
export function storageManagementPolicies(
  { store, clock }: LocalAzureContext,
  apiVersions: readonly string[],
): ResourceType {
  return {
    type: TYPE,
    apiVersions,
    put(request) {
      const account = store.get(accountIdOf(request))!;
      if (!/\/default$/i.test(request.id))
        throw invalid(`the policy of an account is named 'default': ${request.id}`);
      if (!['StorageV2', 'BlobStorage', 'BlockBlobStorage'].includes(account.kind ?? 'StorageV2')) {
        throw invalid(`accounts of kind ${account.kind} have no lifecycle management`);
      }
      const { properties = {} } = bodyOf(request);
      const { rules = [] } = (properties.policy ?? {}) as { rules?: Rule[] };
      if (rules.length < 1 || rules.length > MAX_RULES) {
        throw invalid(`a policy has 1 to ${MAX_RULES} rules; got ${rules.length}`);
      }
      const names = new Set(rules.map(({ name }) => name));
      if (names.size < rules.length) throw invalid('each rule has a name of its own');
      const tracked = tracksAccess(store.get(`${account.id}/blobServices/default`));
      for (const rule of rules) requireRule(rule, tracked);
      return resourceOf(request, TYPE, { lastModifiedTime: new Date(clock.now()).toISOString() });
    },
  };
}

function accountIdOf({ id }: ResourceRequest): string {
  return id.slice(0, id.toLowerCase().indexOf('/managementpolicies/'));
}

function tracksAccess(service: StoredResource | undefined): boolean {
  const policy = service?.properties.lastAccessTimeTrackingPolicy as { enable?: boolean } | undefined;
  return policy?.enable === true;
}

function requireRule({ name = '', enabled, type, definition = {} }: Rule, tracked: boolean): void {
  const fail = (message: string) => invalid(`rule '${name}': ${message}`);
  if (!RULE_NAME.test(name)) throw fail('its name has 1 to 256 letters and digits');
  if (enabled !== undefined && typeof enabled !== 'boolean') throw fail('enabled is true or false');
  if (type !== 'Lifecycle') throw fail(`its type is 'Lifecycle'; got ${shown(type)}`);
  const { actions = {}, filters = {} } = definition;
  const { blobTypes = [], prefixMatch = [], blobIndexMatch = [] } = filters;
  if (blobTypes.length === 0 || blobTypes.some((one) => one !== 'blockBlob' && one !== 'appendBlob')) {
    throw fail(`blobTypes are blockBlob and appendBlob; got ${shown(blobTypes)}`);
  }
  if (prefixMatch.length > MAX_PREFIXES) throw fail(`it has ${MAX_PREFIXES} prefixes at most`);
  const wrong = prefixMatch.find((prefix) => !CONTAINER.test(prefix.split('/')[0]!));
  if (wrong !== undefined) throw fail(`a prefix starts with the name of a container; got '${wrong}'`);
  if (blobIndexMatch.length > MAX_TAGS) throw fail(`it has ${MAX_TAGS} index tags at most`);
  if (blobIndexMatch.some((tag) => !tag.name || tag.op !== '==' || tag.value === undefined)) {
    throw fail("an index tag has a name, the operation '==' and a value");
  }
  const sections = Object.entries(actions).filter(([, section]) => section !== undefined);
  if (sections.every(([, section]) => ACTIONS.every((action) => section![action] === undefined))) {
    throw fail('it needs an action');
  }
  for (const [section, found] of sections) {
    if (!['baseBlob', 'snapshot', 'version'].includes(section)) throw fail(`no actions on '${section}'`);
    if (section !== 'baseBlob' && blobIndexMatch.length > 0) throw fail(`no index tags for a ${section}`);
    requireActions(found!, { section, tracked, append: blobTypes.includes('appendBlob') }, fail);
  }
}

function requireActions(
  { enableAutoTierToHotFromCool, ...actions }: Actions,
  on: { readonly section: string; readonly tracked: boolean; readonly append: boolean },
  fail: (message: string) => ArmError,
): void {
  for (const [name, found] of Object.entries(actions)) {
    if (found === undefined || found === null) continue;
    if (!ACTIONS.includes(name)) throw fail(`no action '${name}'`);
    if (name !== 'delete' && on.append) throw fail('append blobs are deleted, not moved to another tier');
    const ages = Object.entries(found as Action).filter(([, days]) => days !== undefined && days !== null);
    const since = ages.filter(([age]) => AGES.includes(age));
    if (since.length !== 1) throw fail(`${name} has one of ${AGES.join(', ')}`);
    if (on.section !== 'baseBlob' && since[0]![0] !== 'daysAfterCreationGreaterThan') {
      throw fail(`${name} of a ${on.section} goes by daysAfterCreationGreaterThan`);
    }
    if (since[0]![0] === 'daysAfterLastAccessTimeGreaterThan' && !on.tracked) {
      throw fail(
        'the last access is known where lastAccessTimeTrackingPolicy of the blob service is enabled',
      );
    }
    for (const [age, days] of ages) {
      if (!AGES.includes(age) && !(age === TIER_CHANGE && name === 'tierToArchive')) {
        throw fail(`${name} does not go by '${age}'`);
      }
      if (!Number.isInteger(days) || days! < 0 || days! > MAX_DAYS) {
        throw fail(`${age} is a whole number from 0 to ${MAX_DAYS}; got ${shown(days)}`);
      }
    }
  }
  const cool = actions.tierToCool as Action | undefined;
  if (enableAutoTierToHotFromCool === true && cool?.daysAfterLastAccessTimeGreaterThan === undefined) {
    throw fail('enableAutoTierToHotFromCool goes with tierToCool by daysAfterLastAccessTimeGreaterThan');
  }
}

function invalid(message: string): ArmError {
  return new ArmError(400, 'InvalidRequestPropertyValue', message);
}
