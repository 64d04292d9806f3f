import type { CtyObject } from './cty';
import type { ProviderSchema } from './schema';

/** A failure told to the user through Terraform: `summary` in bold, the message below it. */
export class ProviderError extends Error {
  constructor(
    readonly summary: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** Several failures, told to the user one by one. */
export class ProviderErrors extends Error {
  constructor(readonly errors: readonly ProviderError[]) {
    super(errors.map((error) => error.message).join('\n'));
  }
}

/**
 * A change that failed half-way, and what the provider keeps of it all the same. Terraform takes a resource that was to be
 * created for tainted, and replaces it in the next run.
 */
export class PartiallyApplied extends Error {
  constructor(
    override readonly cause: unknown,
    readonly state: CtyObject,
  ) {
    super('partially applied');
  }
}

/** Names of attributes from the root, list indices and map keys between them. */
export type Path = readonly (string | number)[];

/** What a provider remembers about a resource beside its state; never shown to users, kept in the state file. */
export type PrivateState = Readonly<Record<string, unknown>>;

export interface Plan {
  readonly state: CtyObject;
  readonly requiresReplace?: readonly Path[];
  readonly private?: PrivateState;
}

export interface Applied {
  readonly state: CtyObject;
  readonly private?: PrivateState;
}

/**
 * One managed resource type. `S` is the session: what the provider's configuration of one Terraform run gave.
 * An attribute absent from a state that is returned is null.
 */
export interface ResourceHandler<S> {
  validate?(config: CtyObject): void;
  plan(
    request: {
      readonly prior: CtyObject | null;
      readonly proposed: CtyObject;
      readonly config: CtyObject;
      readonly private: PrivateState;
    },
    session: S,
  ): Plan | Promise<Plan>;
  create(
    request: { readonly planned: CtyObject; readonly config: CtyObject; readonly private: PrivateState },
    session: S,
    signal: AbortSignal,
  ): Promise<Applied>;
  update(
    request: {
      readonly prior: CtyObject;
      readonly planned: CtyObject;
      readonly config: CtyObject;
      readonly private: PrivateState;
    },
    session: S,
    signal: AbortSignal,
  ): Promise<Applied>;
  /** Null when the resource is gone. */
  read(
    request: { readonly state: CtyObject; readonly private: PrivateState },
    session: S,
    signal: AbortSignal,
  ): Promise<Applied | null>;
  delete(request: { readonly prior: CtyObject }, session: S, signal: AbortSignal): Promise<void>;
  /** The state to read from, given the id that `terraform import` was called with. */
  import?(id: string, session: S): CtyObject | Promise<CtyObject>;
}

export interface DataSourceHandler<S> {
  read(config: CtyObject, session: S, signal: AbortSignal): Promise<CtyObject>;
}

export interface EphemeralHandler<S> {
  open(config: CtyObject, session: S, signal: AbortSignal): Promise<CtyObject>;
}

/**
 * A block or argument of the real provider that the stand-in has no request for. It is refused by name: left out
 * silently, the request would be another than the real provider's.
 *
 * @param remedy what to write in its place, where there is something
 */
export function outsideTheStandIn(
  provider: Provider<unknown>['name'],
  what: string,
  remedy = 'leave it out, or deploy with --providers real',
): ProviderError {
  return new ProviderError(
    'Outside the stand-in provider',
    `${what} is refused by the stand-in ${provider} provider, which does not send it: ${remedy}`,
  );
}

/** Arguments that are set although the stand-in plays nothing of them, all in one error. */
export function refuseArguments(
  provider: Provider<unknown>['name'],
  typeName: string,
  config: CtyObject,
  names: readonly string[],
): void {
  const given = names.filter((name) => (config[name] ?? null) !== null);
  if (given.length === 0) return;
  throw new ProviderErrors(given.map((name) => outsideTheStandIn(provider, `${name} of ${typeName}`)));
}

/** A stand-in provider: the real one's schema, and handlers for a part of its types. */
export interface Provider<S> {
  readonly name: 'azurerm' | 'azapi';
  readonly schema: ProviderSchema;
  /**
   * True where the real provider is built on Terraform's old SDK: Terraform then lets differences between plan
   * and result pass that it refuses from newer providers.
   */
  readonly legacyTypeSystem: boolean;
  /** Why nothing is served: told in place of the schema. */
  readonly refusal?: ProviderError;
  /** State of an older version of a resource as the schema's version keeps it. @default - no version but the schema's */
  upgradeState?(typeName: string, version: number, wanted: number, state: CtyObject): CtyObject;
  readonly resources: Readonly<Record<string, ResourceHandler<S>>>;
  readonly dataSources: Readonly<Record<string, DataSourceHandler<S>>>;
  readonly ephemeralResources: Readonly<Record<string, EphemeralHandler<S>>>;
  configure(config: CtyObject): S | Promise<S>;
}
