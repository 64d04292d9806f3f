import {
  Aspects,
  TerraformDataSource,
  TerraformResource,
  TerraformStack,
  type TerraformProvider,
} from 'cdktf';
import type { IConstruct } from 'constructs';
import { sameStack } from './across-stacks';
import { exactOptions, part, soundKinds } from './kinds';
import { mistake } from './mistakes';

/** Providers for what a construct makes, such as aliased ones. */
export interface Providers {
  /** An `AzurermProvider`. @default - the stack's */
  readonly azurerm?: TerraformProvider;
  /** An `AzapiProvider`. @default - the stack's */
  readonly azapi?: TerraformProvider;
}

/** Which of several providers make it. */
export interface ProvidersProps {
  /**
   * The providers of all that is made below it. Of two that are given, that of the nearer construct wins.
   * @default - the stack's own providers, those without alias
   */
  readonly providers?: Providers;
}

const TYPES = ['azurerm', 'azapi'] as const;

const PROVIDER = part('a provider', ['terraformResourceType'], ['node']);

const KINDS = {
  providers: exactOptions('providers: azurerm, azapi', { azurerm: PROVIDER, azapi: PROVIDER }),
};

type ProviderType = (typeof TYPES)[number];

const given = new WeakMap<IConstruct, Providers>();
const users = new WeakMap<IConstruct, Set<IConstruct>>();
const provided = new WeakSet<IConstruct>();

/** Has everything below a construct made by these providers, unless it has one already; of nested ones the inner wins. */
export function useProviders(scope: IConstruct, providers: Providers | undefined): void {
  const props = soundKinds(scope, { providers }, KINDS);
  if (!props.providers) return;
  given.set(scope, checked(scope, props.providers));
  provide(scope);
}

/**
 * The same for what is made on behalf of a construct in another place of the tree, such as a rule below a hub that
 * exists: where nobody gave that place providers, those of the construct are used.
 */
export function provideFor(made: IConstruct, user: IConstruct): void {
  users.set(made, (users.get(made) ?? new Set()).add(user));
  provide(made);
}

/** Once for each scope. In the end, since it may be that providers above are given later. */
function provide(scope: IConstruct): void {
  if (provided.has(scope)) return;
  provided.add(scope);
  Aspects.of(scope).add({
    visit: (node) => {
      if (!isProvided(node)) return;
      const type = TYPES.find((each) => node.terraformResourceType.startsWith(`${each}_`));
      if (type) node.provider ??= nearest(node, type);
    },
  });
}

function nearest(node: IConstruct, type: ProviderType): TerraformProvider | undefined {
  // Of the node's own scopes first, then of those of its users, and of their users.
  const places = new Set(node.node.scopes.reverse());
  for (const place of places) {
    const provider = given.get(place)?.[type];
    if (provider && sameStack(provider, node)) return provider;
    for (const user of users.get(place) ?? []) user.node.scopes.reverse().forEach((each) => places.add(each));
  }
  return undefined;
}

/** Those that can be used; the others are noted as mistakes. */
function checked(scope: IConstruct, providers: Providers): Providers {
  const usable = TYPES.flatMap((type) => {
    const provider = providers[type];
    if (!provider) return [];
    if (provider.terraformResourceType !== type) {
      mistake(
        scope,
        `providers.${type} takes a provider of ${type}, got one of ${provider.terraformResourceType} ` +
          `(${provider.node.path}): give it under the name of its own`,
      );
      return [];
    }
    if (!sameStack(provider, scope)) {
      mistake(
        scope,
        `providers.${type} takes a provider of stack ${TerraformStack.of(scope).node.path}, got ${provider.node.path}: ` +
          `make one in this stack too`,
      );
      return [];
    }
    return [[type, provider] as const];
  });
  return Object.fromEntries(usable);
}

function isProvided(node: IConstruct): node is TerraformResource | TerraformDataSource {
  return TerraformResource.isTerraformResource(node) || TerraformDataSource.isTerraformDataSource(node);
}
