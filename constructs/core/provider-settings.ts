import { TerraformProvider, TerraformStack, Token, type TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import { cloudProblem } from '../../link/cloud';
import { shown } from './checks';

const checked = new WeakSet<TerraformStack>();

/** Has the providers of the stack looked at when it is synthesized: whatever cloud they go to, it is the public one. */
export function checkProviders(scope: IConstruct): void {
  const stack = TerraformStack.of(scope);
  if (checked.has(stack)) return;
  checked.add(stack);
  stack.node.addValidation({
    validate: () =>
      providersOf(stack).flatMap((provider) => {
        const problem = cloudProblem(settingOf(provider, 'environment'));
        return problem === undefined ? [] : [`environment of the provider ${provider.node.path} ${problem}`];
      }),
  });
}

/**
 * Why a storage account without keys cannot be made by its provider: azurerm asks for the account's containers with a
 * key unless it is told otherwise, and gets a 403 in the middle of the deploy.
 */
export function keysNeeded(resource: TerraformResource): string[] {
  const provider = resource.provider ?? defaultProvider(resource);
  // Without any, cdktf says so itself.
  if (!provider) return [];
  const setting = settingOf(provider, 'storage_use_azuread');
  if (setting === true || Token.isUnresolved(setting)) return [];
  return [
    `storageUseAzuread of the provider ${provider.node.path} has to be true, got ${shown(setting)}: ` +
      'shared keys of the storage account are off, and the deploy would end with a 403',
  ];
}

function defaultProvider(resource: TerraformResource): TerraformProvider | undefined {
  return providersOf(TerraformStack.of(resource)).find(
    (provider) => provider.terraformResourceType === 'azurerm' && provider.alias === undefined,
  );
}

function providersOf(stack: TerraformStack): TerraformProvider[] {
  return stack.node
    .findAll()
    .filter(
      (node): node is TerraformProvider =>
        TerraformProvider.isTerraformProvider(node) &&
        ['azurerm', 'azapi'].includes(node.terraformResourceType),
    );
}

/** What a provider has that was made by bindings of azurerm, whichever, or by `addOverride`. */
interface Settings {
  readonly rawOverrides: Readonly<Record<string, unknown>>;
  readonly environmentInput?: unknown;
  readonly storageUseAzureadInput?: unknown;
}

/** By its name in Terraform. */
function settingOf(provider: TerraformProvider, name: 'environment' | 'storage_use_azuread'): unknown {
  const { rawOverrides, environmentInput, storageUseAzureadInput } = provider as unknown as Settings;
  return rawOverrides[name] ?? (name === 'environment' ? environmentInput : storageUseAzureadInput);
}
