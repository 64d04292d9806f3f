import { asObject } from '../../core/arm/resource-id';

/** An event as Event Grid holds it, before it takes the shape of a subscription's schema. */
export interface GridEvent {
  readonly id: string;
  /** ARM id of the source. */
  readonly topic: string;
  readonly subject: string;
  readonly eventType: string;
  /** ISO 8601. */
  readonly eventTime: string;
  readonly dataVersion: string;
  readonly data: unknown;
}

export interface SubscriptionFilter {
  readonly subjectBeginsWith?: string;
  readonly subjectEndsWith?: string;
  readonly isSubjectCaseSensitive?: boolean;
  readonly includedEventTypes?: readonly string[] | null;
  readonly advancedFilters?: readonly AdvancedFilter[];
  readonly enableAdvancedFilteringOnArrays?: boolean;
}

export interface AdvancedFilter {
  readonly operatorType: string;
  readonly key: string;
  readonly value?: unknown;
  readonly values?: readonly unknown[];
}

/** Advanced filters and values of a subscription, and keys in them (azure-docs, event-grid/event-filtering). */
export const MAX_ADVANCED_FILTERS = 25;
export const MAX_FILTER_VALUES = 25;

type Test = (value: unknown, filter: AdvancedFilter) => boolean;

const text = (compare: (value: string, wanted: string) => boolean): Test => {
  return (value, filter) =>
    typeof value === 'string' &&
    list(filter).some((wanted) => compare(value.toLowerCase(), String(wanted).toLowerCase()));
};
const number = (compare: (value: number, wanted: number) => boolean): Test => {
  return (value, filter) =>
    typeof value === 'number' && list(filter).some((wanted) => compare(value, Number(wanted)));
};
const range: Test = (value, filter) =>
  typeof value === 'number' &&
  list(filter).some((pair) => Array.isArray(pair) && value >= Number(pair[0]) && value <= Number(pair[1]));

/** By operatorType. The negated ones hold for a missing key too, as Azure's do. */
const OPERATORS: Readonly<Record<string, Test>> = {
  StringIn: text((value, wanted) => value === wanted),
  StringContains: text((value, wanted) => value.includes(wanted)),
  StringBeginsWith: text((value, wanted) => value.startsWith(wanted)),
  StringEndsWith: text((value, wanted) => value.endsWith(wanted)),
  NumberIn: number((value, wanted) => value === wanted),
  NumberLessThan: number((value, wanted) => value < wanted),
  NumberLessThanOrEquals: number((value, wanted) => value <= wanted),
  NumberGreaterThan: number((value, wanted) => value > wanted),
  NumberGreaterThanOrEquals: number((value, wanted) => value >= wanted),
  NumberInRange: range,
  BoolEquals: (value, filter) => typeof value === 'boolean' && value === filter.value,
  IsNullOrUndefined: (value) => value === undefined || value === null,
};
const NEGATED: Readonly<Record<string, string>> = {
  StringNotIn: 'StringIn',
  StringNotContains: 'StringContains',
  StringNotBeginsWith: 'StringBeginsWith',
  StringNotEndsWith: 'StringEndsWith',
  NumberNotIn: 'NumberIn',
  NumberNotInRange: 'NumberInRange',
  IsNotNull: 'IsNullOrUndefined',
};

export function isOperator(operatorType: string): boolean {
  return operatorType in OPERATORS || operatorType in NEGATED;
}

export function passes(filter: SubscriptionFilter, event: GridEvent): boolean {
  const types = filter.includedEventTypes;
  if (
    types &&
    types.length > 0 &&
    !types.some((type) => type.toLowerCase() === event.eventType.toLowerCase())
  ) {
    return false;
  }
  const fold = (value: string) => (filter.isSubjectCaseSensitive ? value : value.toLowerCase());
  if (!fold(event.subject).startsWith(fold(filter.subjectBeginsWith ?? ''))) return false;
  if (!fold(event.subject).endsWith(fold(filter.subjectEndsWith ?? ''))) return false;
  return (filter.advancedFilters ?? []).every((one) =>
    test(one, valueAt(event, one.key), filter.enableAdvancedFilteringOnArrays === true),
  );
}

/** What a key of a filter or a delivery attribute names: an envelope field of either schema, or `data.x.y`. */
export function valueAt(event: GridEvent, key: string): unknown {
  const [root, ...rest] = key.split('.');
  switch (root!.toLowerCase()) {
    case 'id':
      return event.id;
    case 'topic':
    case 'source':
      return event.topic;
    case 'subject':
      return event.subject;
    case 'eventtype':
    case 'type':
      return event.eventType;
    case 'eventtime':
    case 'time':
      return event.eventTime;
    case 'dataversion':
      return event.dataVersion;
    case 'data':
      return rest.reduce<unknown>((value, name) => asObject(value)[name], event.data);
    default:
      return undefined;
  }
}

function test(filter: AdvancedFilter, value: unknown, onArrays: boolean): boolean {
  const negated = NEGATED[filter.operatorType];
  if (negated) return !test({ ...filter, operatorType: negated }, value, onArrays);
  const operator = OPERATORS[filter.operatorType];
  if (!operator) return false;
  if (onArrays && Array.isArray(value)) return value.some((one) => operator(one, filter));
  return operator(value, filter);
}

function list(filter: AdvancedFilter): readonly unknown[] {
  return filter.values ?? [filter.value];
}
