import { Aspects, TerraformDataSource, TerraformResource, type TerraformProvider } from 'cdktf';
import type { IConstruct } from 'constructs';
import { EphemeralResource } from './ephemeral-resource';

/** Providers for what a construct makes, such as aliased ones. */
export interface Providers {
  /** An `AzurermProvider`. @default - the stack's */
  readonly azurerm?: TerraformProvider;
  /** An `AzapiProvider`. @default - the stack's */
  readonly azapi?: TerraformProvider;
}

export interface ProvidersProps {
  /** @default - the stack's own providers, those without alias */
  readonly providers?: Providers;
}

const given = new WeakMap<IConstruct, Providers>();

/** Has everything below a construct made by these providers, unless it has one already; of nested ones the inner wins. */
export function useProviders(scope: IConstruct, providers: Providers | undefined): void {
  if (!providers) return;
  given.set(scope, providers);
  Aspects.of(scope).add({
    visit: (node) => {
      if (!isProvided(node)) return;
      const [type] = node.terraformResourceType.split('_');
      if (type !== 'azurerm' && type !== 'azapi') return;
      const nearest = node.node.scopes.reverse().find((each) => given.get(each)?.[type]);
      node.provider ??= nearest && given.get(nearest)?.[type];
    },
  });
}

function isProvided(node: IConstruct): node is TerraformResource | TerraformDataSource | EphemeralResource {
  return (
    TerraformResource.isTerraformResource(node) ||
    TerraformDataSource.isTerraformDataSource(node) ||
    node instanceof EphemeralResource
  );
}
