import type { EventgridSystemTopicEventSubscriptionAdvancedFilter } from '@cdktf/provider-azurerm/lib/eventgrid-system-topic-event-subscription';
import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { checkOneOf, checkWholeNumber, isOptions, shown } from '../core/checks';
import { mistake, mistakesOf } from '../core/mistakes';
import { IDENTITY_TYPE, readResourceId, STORAGE_ACCOUNT_TYPE } from '../core/resource-reference';
import { firstTold } from '../core/told-once';
import type { IEventDestination } from './event-destination';
import { eventTypeProblem } from './event-types';

export const EVENT_DELIVERY_SCHEMAS = ['EventGridSchema', 'CloudEventSchemaV1_0'] as const;

/** Of one subscription. Source: azure-docs, event-grid/event-filtering.md, "Limitations". */
const FILTER_LIMITS = { filters: 25, values: 25, characters: 512 } as const;

/** Notes what is no destination, and what is wrong with one. */
export function checkDestination(scope: IConstruct, prop: string, destination: IEventDestination): void {
  if (!isOptions(destination) || typeof destination.bind !== 'function') {
    mistake(
      scope,
      `${prop} takes a destination such as WebhookDestination or FunctionDestination, got ${shown(destination)}`,
    );
    return;
  }
  const { problems } = destination;
  if (problems)
    mistakesOf(scope, destination as IEventDestination & { readonly problems: readonly string[] });
}

export function checkEventTypes(scope: IConstruct, types: readonly string[]): void {
  if (Token.isUnresolved(types)) return;
  if (!Array.isArray(types)) {
    mistake(scope, `eventTypes takes a list of event types, got ${shown(types)}`);
    return;
  }
  if (types.length === 0) mistake(scope, 'eventTypes takes at least one event type, got none');
  for (const type of types) {
    const problem = Token.isUnresolved(type) ? undefined : eventTypeProblem(String(type));
    if (problem) mistake(scope, problem);
  }
}

export function checkDelivery(
  scope: IConstruct,
  retry: { readonly maxDeliveryAttempts: number; readonly eventTimeToLive: number },
  schema: unknown,
): void {
  checkWholeNumber(scope, 'retryPolicy.maxDeliveryAttempts', retry.maxDeliveryAttempts ?? NaN, 1, 30);
  checkWholeNumber(scope, 'retryPolicy.eventTimeToLive', retry.eventTimeToLive ?? NaN, 1, 1440);
  checkOneOf(scope, 'deliverySchema', schema, EVENT_DELIVERY_SCHEMAS);
}

/** Where events go that could not be delivered, as the caller gave it. */
interface GivenDeadLetter {
  readonly storageAccountId?: string;
  readonly containerName?: string;
  readonly userAssignedIdentityId?: string;
}

/** Once for each: it is handed on to every subscription. */
export function checkDeadLetter(scope: IConstruct, deadLetter: GivenDeadLetter | undefined): void {
  if (deadLetter === undefined) return;
  if (!isOptions(deadLetter)) {
    mistake(scope, `deadLetter takes storageAccountId and containerName, got ${shown(deadLetter)}`);
    return;
  }
  if (!firstTold(scope, deadLetter, 'looked at')) return;
  const { storageAccountId, containerName, userAssignedIdentityId } = deadLetter;
  readResourceId(scope, storageAccountId ?? '', STORAGE_ACCOUNT_TYPE, 'deadLetter.storageAccountId');
  if (typeof containerName !== 'string' || containerName === '') {
    mistake(scope, `deadLetter.containerName takes the name of a container, got ${shown(containerName)}`);
  }
  readResourceId(scope, userAssignedIdentityId, IDENTITY_TYPE, 'deadLetter.userAssignedIdentityId');
}

interface GivenFilter {
  readonly subjectBeginsWith?: string;
  readonly subjectEndsWith?: string;
  readonly subjectCaseSensitive?: boolean;
  readonly advanced?: EventgridSystemTopicEventSubscriptionAdvancedFilter;
}

export function checkFilter(scope: IConstruct, filter: GivenFilter | undefined): void {
  if (filter === undefined) return;
  const { subjectBeginsWith, subjectEndsWith, subjectCaseSensitive, advanced } = filter;
  if (
    subjectCaseSensitive !== undefined &&
    subjectBeginsWith === undefined &&
    subjectEndsWith === undefined
  ) {
    mistake(
      scope,
      'filter.subjectCaseSensitive is of subjectBeginsWith and subjectEndsWith, and neither is given: leave it out, or give one',
    );
  }
  if (!Token.isUnresolved(advanced)) checkAdvancedFilter(scope, advanced);
}

function checkAdvancedFilter(
  scope: IConstruct,
  filter: EventgridSystemTopicEventSubscriptionAdvancedFilter | undefined,
): void {
  const conditions = Object.values(filter ?? {}).flat() as { value?: unknown; values?: unknown[] }[];
  if (conditions.length > FILTER_LIMITS.filters) {
    mistake(
      scope,
      `a subscription takes ${FILTER_LIMITS.filters} advanced filters at most, got ${conditions.length}`,
    );
  }
  const values = conditions.flatMap(({ value, values: several }) => [
    ...(value === undefined ? [] : [value]),
    ...(Array.isArray(several) ? several : []),
  ]);
  if (values.length > FILTER_LIMITS.values) {
    mistake(
      scope,
      `filter.advanced takes ${FILTER_LIMITS.values} values in all its conditions together, got ${values.length}: make several subscriptions`,
    );
  }
  for (const value of values) {
    if (typeof value !== 'string' || Token.isUnresolved(value) || value.length <= FILTER_LIMITS.characters)
      continue;
    mistake(
      scope,
      `filter.advanced takes values of ${FILTER_LIMITS.characters} characters at most, got ${value.length} in '${value.slice(0, 40)}…'`,
    );
  }
}
