import { sameId } from '../../core/arm/resource-id';
import { parsePath } from '../../core/arm/path';
import { ArmError, badRequest, shown } from '../../core/http';
import type { LocalAzureContext } from '../../core/context';
import { bodyOf, resourceOf } from '../../core/arm/resource-body';
import type { ResourceType } from '../../core/arm/resource-type';
import type { ResourceStore, StoredResource } from '../../core/store';
import { oneOf, requireName } from './alert-rules';
import { diagnosticCategories, type DiagnosticCategories } from './supported-logs';

const TYPE = 'Microsoft.Insights/diagnosticSettings';
/** Of one resource (azure-monitor-docs, platform/diagnostic-settings.md). */
const MAX_SETTINGS = 5;
const FORBIDDEN_IN_NAMES = /[*<>%&:\\?+/]/;

interface Category {
  readonly category?: string | null;
  readonly categoryGroup?: string | null;
  readonly enabled?: boolean;
  readonly retentionPolicy?: { readonly enabled?: boolean; readonly days?: number };
}

/** Where logs go, and of which type it has to be. Event hubs and partners are not played. */
const SINKS: Readonly<Record<string, string>> = {
  workspaceId: 'Microsoft.OperationalInsights/workspaces',
  storageAccountId: 'Microsoft.Storage/storageAccounts',
};

/** Microsoft.Insights/diagnosticSettings of a resource, checked as Azure checks them. Nothing is sent anywhere. */
export function diagnosticSettings({ store }: LocalAzureContext): ResourceType {
  return {
    type: TYPE,
    apiVersions: ['2017-05-01-preview', '2021-05-01-preview'],
    put(request) {
      requireName(request.id, FORBIDDEN_IN_NAMES);
      const { scope } = parsePath(request.id)!;
      const categories = categoriesOf(store, scope);
      const { properties = {} } = bodyOf(request);
      const logs = (properties.logs ?? []) as Category[];
      const metrics = (properties.metrics ?? []) as Category[];
      requireCategories(categories, logs, metrics);
      requireSinks(store, properties);
      const others = store.list({ type: TYPE }).filter((other) => {
        const of = parsePath(other.id)!.scope;
        return sameId(of, scope) && !sameId(other.id, request.id);
      });
      if (others.length >= MAX_SETTINGS) {
        throw badRequest(`a resource has ${MAX_SETTINGS} diagnostic settings at most: ${scope}`);
      }
      for (const other of others) requireOwnSinks(properties, other);
      return resourceOf(request, TYPE, {
        logs: logs.map(withRetention),
        metrics: metrics.map(withRetention),
      });
    },
  };
}

function categoriesOf(store: ResourceStore, scope: string): DiagnosticCategories {
  const resource = store.get(scope) ?? {
    type: parsePath(scope)?.type ?? 'Microsoft.Resources/subscriptions',
  };
  const categories = diagnosticCategories(resource);
  if (categories) return categories;
  throw new ArmError(
    400,
    'ResourceTypeNotSupported',
    `The resource type '${resource.type}' does not support diagnostic settings.`,
  );
}

function requireCategories(
  known: DiagnosticCategories,
  logs: readonly Category[],
  metrics: readonly Category[],
): void {
  for (const { category, categoryGroup } of logs) {
    if (Boolean(category) === Boolean(categoryGroup)) {
      throw badRequest(
        `a log names either its category or a category group; got ${shown({ category, categoryGroup })}`,
      );
    }
    // The words of the first and the last are those that people quote (hashicorp/terraform-provider-azurerm#2985).
    if (category && !known.logs.includes(category))
      throw badRequest(`Category '${category}' is not supported.`);
    if (categoryGroup && !known.groups.includes(categoryGroup)) {
      throw badRequest(`Category group '${categoryGroup}' is not supported.`);
    }
  }
  if (logs.some((log) => log.category) && logs.some((log) => log.categoryGroup)) {
    throw badRequest('a diagnostic setting names categories or category groups of logs, not both');
  }
  for (const { category } of metrics) {
    if (!known.metrics.includes(category ?? '')) {
      throw badRequest(
        `Metric category '${category}' is not supported, supported categories are: '${known.metrics.join(', ')}'`,
      );
    }
  }
  const names = [...logs, ...metrics].map((one) => one.category ?? one.categoryGroup);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw badRequest(`'${twice}' is there twice`);
  for (const { category, categoryGroup, retentionPolicy } of [...logs, ...metrics]) {
    if (retentionPolicy?.enabled === true) {
      throw badRequest(
        `'${category ?? categoryGroup}': retention by diagnostic settings is retired; use a lifecycle policy of the ` +
          'storage account',
      );
    }
  }
  if (![...logs, ...metrics].some(({ enabled }) => enabled === true)) {
    throw badRequest('a diagnostic setting enables at least one log or metric');
  }
}

function requireSinks(store: ResourceStore, properties: Record<string, unknown>): void {
  for (const name of ['eventHubAuthorizationRuleId', 'marketplacePartnerId']) {
    if (properties[name]) throw badRequest(`local Azure has nothing that ${name} could name`);
  }
  const sinks = Object.entries(SINKS).filter(([name]) => properties[name]);
  if (sinks.length === 0) throw badRequest('At least one data sink needs to be specified.');
  for (const [name, type] of sinks) {
    const sink = store.get(String(properties[name]));
    if (sink?.type.toLowerCase() !== type.toLowerCase()) {
      throw badRequest(`${name}: ${type} ${shown(properties[name])} was not found`);
    }
  }
  const destination = properties.logAnalyticsDestinationType ?? undefined;
  if (destination !== undefined) {
    oneOf('logAnalyticsDestinationType', destination, ['Dedicated', 'AzureDiagnostics']);
  }
}

/** One category goes to one place by one setting. */
function requireOwnSinks(properties: Record<string, unknown>, other: StoredResource): void {
  const enabled = ({ logs = [], metrics = [] }: { logs?: Category[]; metrics?: Category[] }) =>
    [...logs, ...metrics].filter((one) => one.enabled).map((one) => one.category ?? one.categoryGroup);
  const taken = enabled(other.properties);
  const both = enabled(properties).find((name) => taken.includes(name));
  if (both === undefined) return;
  const sink = Object.keys(SINKS).find(
    (name) =>
      properties[name] &&
      other.properties[name] &&
      sameId(String(properties[name]), String(other.properties[name])),
  );
  if (sink === undefined) return;
  throw new ArmError(
    409,
    'Conflict',
    `Data sink '${String(properties[sink])}' is already used in diagnostic setting '${other.name}' for category ` +
      `'${both}'. Data sinks can't be reused in different settings on the same category for the same resource.`,
  );
}

/** Azure shows a retention policy that keeps nothing where none was sent. */
function withRetention(category: Category): Category {
  return { ...category, retentionPolicy: category.retentionPolicy ?? { enabled: false, days: 0 } };
}
