import type { CtyObject } from '../cty';
import { ProviderError } from '../provider';
import type { AzurermSession } from './session';

/** What Terraform knows the resources of one type by. */
export interface ResourceIds {
  of(planned: CtyObject, session: AzurermSession): string | Promise<string>;
  /**
   * The attributes that an id fixes, for `terraform import`.
   * @throws ProviderError for an id that azurerm refuses
   */
  parse(id: string): CtyObject;
}

const SUBSCRIPTION = 'subscription';

/**
 * Ids by a format such as `/subscriptions/{subscription}/resourceGroups/{name}`: names in braces are attributes, all other
 * segments have to be there letter by letter, as azurerm 4 and 5 insist on. A format that begins with an attribute has the id
 * of another resource there.
 *
 * @see https://github.com/hashicorp/go-azure-helpers/tree/main/resourcemanager/resourceids
 */
export class IdFormat implements ResourceIds {
  private readonly segments: readonly string[];

  /** @param name what azurerm calls such an id, `StorageAccount` for instance */
  constructor(
    private readonly name: string,
    private readonly format: string,
  ) {
    this.segments = format.replace(/^\//, '').split('/');
  }

  of(planned: CtyObject, { subscriptionId }: Pick<AzurermSession, 'subscriptionId'>): string {
    return this.format.replace(/\{(\w+)\}/g, (_, attribute: string) =>
      attribute === SUBSCRIPTION ? subscriptionId : (planned[attribute] as string).replace(/\/$/, ''),
    );
  }

  parse(id: string): CtyObject {
    const given = id.replace(/^\//, '').split('/');
    const scoped = !this.format.startsWith('/');
    const scopeLength = scoped ? given.length - this.segments.length + 1 : 0;
    if (!id.startsWith('/') || (scoped ? scopeLength < 2 : given.length !== this.segments.length)) {
      throw this.refusal(id, `it has ${given.length} segments`);
    }
    const values = scoped
      ? [`/${given.slice(0, scopeLength).join('/')}`, ...given.slice(scopeLength)]
      : given;
    const attributes: CtyObject = {};
    this.segments.forEach((segment, position) => {
      const value = values[position]!;
      const attribute = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (attribute === undefined ? value !== segment : value === '') {
        throw this.refusal(
          id,
          `the segment at position ${position} didn't match: got "${value}", expected ${attribute === undefined ? `"${segment}"` : 'a name'}`,
        );
      }
      if (attribute !== undefined && attribute !== SUBSCRIPTION) attributes[attribute] = value;
    });
    return attributes;
  }

  private refusal(id: string, what: string): ProviderError {
    return new ProviderError(
      'Invalid resource id',
      `parsing the ${this.name} ID "${id}": ${what}. Expected ${this.format}, letter by letter`,
    );
  }
}

/** Ids of resources in a group: `Microsoft.Web/sites`, or `Microsoft.EventGrid/systemTopics/{system_topic}/eventSubscriptions`. */
export function inGroup(name: string, types: string): IdFormat {
  return new IdFormat(
    name,
    `/subscriptions/{${SUBSCRIPTION}}/resourceGroups/{resource_group_name}/providers/${types}/{name}`,
  );
}

/** Ids of what belongs to a storage account: the account's id and the rest. */
export function inStorageAccount(name: string, rest: string): ResourceIds {
  const account = new IdFormat(
    'StorageAccount',
    `/subscriptions/{${SUBSCRIPTION}}/resourceGroups/{resource_group_name}/providers/Microsoft.Storage/storageAccounts/{name}`,
  );
  const whole = new IdFormat(name, `{storage_account_id}/${rest}`);
  return {
    of: (planned, session) => whole.of(planned, session),
    parse(id) {
      const attributes = whole.parse(id);
      account.parse(attributes['storage_account_id'] as string);
      return attributes;
    },
  };
}
