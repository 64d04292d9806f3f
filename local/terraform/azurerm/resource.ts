import { ctyEquals, UNKNOWN, type CtyObject, type CtyValue } from '../cty';
import { planState, replacements, settle, type PlanningRules } from '../planning';
import {
  outsideTheStandIn,
  PartiallyApplied,
  ProviderError,
  ProviderErrors,
  type Path,
  type ResourceHandler,
} from '../provider';
import { withinSchema, type ResourceSchema } from '../schema';
import type { ResourceIds } from './resource-ids';
import type { AzurermSession } from './session';
import type { AzurermVersion } from './version';

export type { AzurermSession };

export interface Context extends AzurermSession {
  readonly signal: AbortSignal;
}

/**
 * What a create is given beside. Whatever fails before the id is set leaves nothing in state, whatever Azure has by then;
 * whatever fails after it leaves a tainted resource. Where azurerm sets it is in each resource's source.
 *
 * @see https://github.com/hashicorp/terraform-provider-azurerm/tree/main/internal/services
 */
export interface CreateContext extends Context {
  /** Called where azurerm sets the id. @default - after `create` */
  readonly setId: () => void;
  /** To be called once Azure accepted the request, by the resources that azurerm then keeps when it is told to. */
  readonly onAccepted: () => void;
}

/** One azurerm resource: how its attributes become ARM requests and the other way round. */
export interface AzurermResource extends PlanningRules {
  /** azurerm waits until a new one can be read before it sets the id. @default false */
  readonly isAwaited?: boolean;
  /**
   * Blocks and arguments of the schema that are refused when configured, because nothing is sent for them; those of a block
   * after its name and a dot. The default, spelt out, is no refusal.
   */
  readonly unsupported?: readonly string[];
  /** The last word on a plan, after defaults and computed attributes are in. */
  plan?(
    planned: CtyObject,
    prior: CtyObject | null,
    config: CtyObject,
    version: AzurermVersion,
  ): readonly Path[] | void;
  validate?(config: CtyObject, version: AzurermVersion): void;
  readonly ids: ResourceIds;
  /** True when it is there already, which makes creating it an error. */
  exists(id: string, context: Context): Promise<boolean>;
  create(id: string, planned: CtyObject, context: CreateContext, config: CtyObject): Promise<void>;
  update?(
    id: string,
    planned: CtyObject,
    prior: CtyObject,
    context: Context,
    config: CtyObject,
  ): Promise<void>;
  /** The attributes as Azure has them; undefined when the resource is gone. What is left out keeps its value. */
  read(id: string, state: CtyObject, context: Context): Promise<CtyObject | undefined>;
  delete(id: string, prior: CtyObject, context: Context): Promise<void>;
  /** What an import has to find out beside the attributes that the id fixes. */
  import?(id: string, session: AzurermSession): Promise<CtyObject>;
}

export function handler(
  typeName: string,
  schema: ResourceSchema,
  resource: AzurermResource,
  version: AzurermVersion,
): ResourceHandler<AzurermSession> {
  const observe = async (id: string, state: CtyObject, context: Context) => {
    const attributes = await resource.read(id, state, context);
    return attributes && settle(withinSchema(schema.block, { ...state, id, ...attributes }));
  };
  const mustExist = async (id: string, state: CtyObject, context: Context) => {
    const observed = await observe(id, state, context);
    if (!observed)
      throw new ProviderError('Resource not found', `${typeName} ${id} was written and then not found`);
    return { state: observed };
  };
  const isKnown = (name: string | number) =>
    name in (schema.block.attributes ?? {}) || name in (schema.block.block_types ?? {});
  return {
    validate(config) {
      const errors = (resource.unsupported ?? [])
        .filter((path) => isConfigured(config, path.split('.'), resource.defaults?.[path]))
        .map((path) => outsideTheStandIn('azurerm', `${path} of ${typeName}`));
      try {
        resource.validate?.(config, version);
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        errors.push(error);
      }
      if (errors.length > 0) throw new ProviderErrors(errors);
    },

    plan({ prior, config }, session) {
      const planned = planState(schema.block, resource, config, prior);
      if (typeof planned['location'] === 'string') planned['location'] = normalLocation(planned['location']);
      const more = resource.plan?.(planned, prior, config, session.version) ?? [];
      return {
        state: withinSchema(schema.block, planned),
        requiresReplace: [...replacements(resource, prior, planned), ...more].filter(([name]) =>
          isKnown(name!),
        ),
      };
    },

    async create({ planned, config }, session, signal) {
      let isSet = false;
      const setId = () => {
        isSet = true;
      };
      const context: CreateContext = {
        ...session,
        signal,
        setId,
        onAccepted: session.keepsAcceptedCreates ? setId : () => {},
      };
      const id = await resource.ids.of(planned, session);
      if (!session.overwritesExisting && (await resource.exists(id, context))) {
        throw new ProviderError(
          'Resource already exists',
          `a resource with the ID "${id}" already exists - to be managed via Terraform this resource needs to be imported ` +
            `into the State. Please see the resource documentation for "${typeName}" for more information`,
        );
      }
      try {
        await resource.create(id, planned, context, config);
        if (resource.isAwaited) await context.client.poll(signal, () => resource.exists(id, context));
        setId();
        return await mustExist(id, planned, context);
      } catch (error) {
        throw isSet ? new PartiallyApplied(error, settle({ ...planned, id })) : error;
      }
    },

    async update({ prior, planned, config }, session, signal) {
      const context = { ...session, signal };
      const id = prior['id'] as string;
      if (!resource.update)
        throw new ProviderError('Update not supported', `${typeName} ${id} cannot be updated in place`);
      try {
        await resource.update(id, planned, prior, context, config);
        return await mustExist(id, planned, context);
      } catch (error) {
        // Terraform's older SDK keeps what was to be written, whatever became of it; the next read sets it right.
        const written = Object.entries(planned).filter(([, value]) => value !== UNKNOWN);
        throw new PartiallyApplied(error, settle({ ...prior, ...Object.fromEntries(written) }));
      }
    },

    async read({ state }, session, signal) {
      const observed = await observe(state['id'] as string, state, { ...session, signal });
      return observed ? { state: observed } : null;
    },

    async delete({ prior }, session, signal) {
      await resource.delete(prior['id'] as string, prior, { ...session, signal });
    },

    async import(id, session) {
      return withinSchema(schema.block, {
        ...emptyBlocks(schema),
        ...Object.fromEntries(
          Object.entries(resource.defaults ?? {}).filter(([name]) => !name.includes('.')),
        ),
        ...resource.ids.parse(id),
        ...(await resource.import?.(id, session)),
        id,
      });
    },
  };
}

function isConfigured(
  value: CtyValue | undefined,
  path: readonly string[],
  fallback: CtyValue | undefined,
): boolean {
  if (Array.isArray(value) && (path.length > 0 || value.length === 0)) {
    return value.some((element) => isConfigured(element, path, fallback));
  }
  const [name, ...rest] = path;
  if (name === undefined) return (value ?? null) !== null && !ctyEquals(value, fallback ?? null);
  const within = known<CtyObject>(value);
  return within !== undefined && isConfigured(within[name], rest, fallback);
}

function emptyBlocks(schema: ResourceSchema): CtyObject {
  const lists = Object.entries(schema.block.block_types ?? {}).filter(
    ([, { nesting_mode }]) => nesting_mode !== 'single',
  );
  return Object.fromEntries(lists.map(([name]) => [name, []]));
}

/** The id of a resource in the group that its attributes name. */
export function groupResourceId(planned: CtyObject, session: AzurermSession, type: string): string {
  const group = planned['resource_group_name'] as string;
  return `/subscriptions/${session.subscriptionId}/resourceGroups/${group}/providers/${type}/${planned['name'] as string}`;
}

export function normalLocation(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}

/** Tags as azurerm sends them: an empty object where there are none. */
export function tagsBody(planned: CtyObject): Record<string, string> {
  return (planned['tags'] as Record<string, string> | null) ?? {};
}

/** Tags as state keeps them: none configured and none there is null. */
export function tagsState(tags: Record<string, string> | null | undefined, state: CtyObject): CtyValue {
  if (!tags || Object.keys(tags).length === 0) return state['tags'] === null ? null : (tags ?? {});
  return tags;
}

/** A value that is known and set, or undefined. */
export function known<T extends CtyValue>(value: CtyValue | undefined): T | undefined {
  return value === null || value === undefined || value === UNKNOWN ? undefined : (value as T);
}

/** The only element of a block that may be there once. */
export function single(value: CtyValue | undefined): CtyObject | undefined {
  return Array.isArray(value) && value.length > 0 ? (value[0] as CtyObject) : undefined;
}
