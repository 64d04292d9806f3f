import * as cdktf from 'cdktf';
import { TerraformResource, type TerraformStack } from 'cdktf';
import ts from 'typescript';
import * as library from '../../constructs';
import { apnsCredential, communicationService, fcmCredential, GROUP, hub } from '../support/samples';
import { newStack, synth } from '../support/synth';
import type { Block } from './markdown';

/** What an example uses without saying so, made when it does. */
const USUAL: Readonly<Record<string, (stack: TerraformStack) => unknown>> = {
  resourceGroup: () => GROUP,
  apns: (stack) => apnsCredential(stack),
  fcm: fcmCredential,
  hub: (stack) => hub(stack, 'Given'),
  service: communicationService,
  link: (stack) => communicationService(stack, 'Linked').linkNotificationHub(hub(stack, 'Linking')),
  workspace: () => ({ id: `${GROUP.id}/providers/Microsoft.OperationalInsights/workspaces/log-app` }),
  data: () => GROUP,
  account: (stack) =>
    new library.KeylessStorageAccount(stack, 'Account', { resourceGroup: GROUP, name: 'stapp' }),
  events: (stack) =>
    new library.CommunicationEvents(stack, 'Given events', {
      resourceGroup: GROUP,
      communicationService: communicationService(stack, 'With events'),
      systemTopicName: 'evgst-app',
      identity: {
        id: `${GROUP.id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-app`,
        principalId: '11111111-2222-4333-8444-555555555555',
      },
    }),
};

/** Types of the resources that an example adds to a stack: azurerm's by their names, azapi's by ARM's. */
export function typesMadeBy({ code }: Block): string[] {
  const stack = newStack();
  const scope = { ...cdktf, ...library, ...usualFor(code, stack) };
  const before = new Set(resourcesOf(stack));
  run(code, stack, scope);
  const { json } = synth(stack);
  const types = resourcesOf(stack)
    .filter((one) => !before.has(one))
    .flatMap(({ terraformResourceType: type, friendlyUniqueId }) => {
      // Ephemeral ones stand elsewhere: nothing is made of them.
      const block = json.resource[type]?.[friendlyUniqueId] as { type?: string } | undefined;
      return block ? [type.startsWith('azapi_') ? block.type!.split('@')[0]! : type] : [];
    });
  return [...new Set(types)].sort();
}

/** Whether the code has the name as a word of its own, and not as the name of a prop or of what it declares. */
function uses(code: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b(?!:)`).test(code) && !declares(code, name);
}

function declares(code: string, name: string): boolean {
  return new RegExp(`\\b(const|let) ${name}\\b`).test(code);
}

function usualFor(code: string, stack: TerraformStack): Record<string, unknown> {
  const names = Object.keys(USUAL).filter((name) => uses(code, name));
  return Object.fromEntries(names.map((name) => [name, USUAL[name]!(stack)]));
}

/** Runs a block as the body of a function whose `this` is the stack. */
function run(code: string, stack: TerraformStack, scope: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(scope).filter((name) => name !== 'default' && !declares(code, name));
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- blocks of the documents are run as what they are
  new Function(...names, outputText).call(stack, ...names.map((name) => scope[name]));
}

function resourcesOf(stack: TerraformStack): TerraformResource[] {
  return stack.node
    .findAll()
    .filter((node): node is TerraformResource => TerraformResource.isTerraformResource(node));
}
