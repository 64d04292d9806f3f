import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, TerraformStack } from 'cdktf';
import { localRunner } from './local/bundled';
import type { LocalPlan, RunningDeployment } from './local/contract';
import { writeStacks } from './write-stacks';

/** What the stacks are given, and where what Terraform prints goes. */
export interface DeployLocallyOptions {
  /**
   * Values of the stack's variables, by name. Those that credentials of hubs are taken from are made when they are not
   * given: an APNs key and an FCM service account that no push service outside knows. The private key of a VAPID pair
   * has to be given, see {@link makeVapidKeys}.
   * @default - credentials alone
   */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Environment variables for Terraform and what it runs, such as `TERRAFORM_BINARY_NAME` or `ACS_PUSH_VERIFY_LEVEL`.
   * What would lead to a real Azure (`ARM_…`, `AZURE_…`, `TF_…`, a proxy) is not taken from the machine,
   * and refused here.
   * @default - the machine's
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** Takes each line that Terraform prints. @default - nobody reads them; an error has all of them */
  readonly onLine?: (line: string) => void;
}

/** A stack that was deployed into local Azure, and what can be asked of it. */
export interface LocalDeployment
  extends Omit<RunningDeployment, 'planFolder' | 'applyFolder' | 'destroyFolder'>, AsyncDisposable {
  /**
   * What a deploy would do. What `preventDestroy` protects is among `destroyed` all the same; a deploy stops there.
   * @param changed another stack of the same name, as a change of the code makes it. @default - what was deployed last
   * @throws Error with what Terraform printed
   */
  plan(changed?: TerraformStack | App): Promise<LocalPlan>;
  /** Deploys a changed stack of the same name over the first. @throws Error with what Terraform printed */
  deploy(changed: TerraformStack | App): Promise<void>;
  /** Destroys everything; `preventDestroy` keeps nothing here. @throws Error with what Terraform printed */
  destroy(): Promise<void>;
}

/**
 * Deploys a stack with the real Terraform into a local Azure of its own, with stand-ins for the providers azurerm and
 * azapi: plans, applies, and plans again. Nothing outside this machine is asked, and nothing is written but a temporary
 * folder, which the state lies in whatever backend the stack has.
 *
 * Needs Terraform 1.11 (or OpenTofu 1.11) on PATH and the package `azurite`. Takes half a minute to two minutes: give
 * the test a timeout that holds on a loaded machine.
 *
 * @param target a stack, which is deployed after those that it depends on, or an app with all of its stacks. What adopts
 * resources finds none: the local Azure is empty.
 * @throws SynthesisError when it cannot be synthesized
 * @throws Error naming what is missing on this machine, or with what Terraform printed; nothing is left behind then
 */
export async function deployLocally(
  target: TerraformStack | App,
  { variables = {}, environment = {}, onLine }: DeployLocallyOptions = {},
): Promise<LocalDeployment> {
  const runner = localRunner();
  const folder = mkdtempSync(join(tmpdir(), 'deploy-locally-'));
  const output = join(folder, 'cdktf.out');
  let stacks: string[];
  try {
    stacks = writeStacks(target, output);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const running = await runner.deploy({ folder, stacks, variables, environment, onLine });
  const write = (changed: TerraformStack | App) => {
    const names = writeStacks(changed, output);
    if (names.join() === stacks.join()) return;
    throw new Error(`expected a change of the stacks ${stacks.join(', ')}, got ${names.join(', ')}`);
  };
  let deployed = target;
  return {
    get outputs() {
      return running.outputs;
    },
    secondPlan: running.secondPlan,
    environment: running.environment,
    outputsOf: (stack) => running.outputsOf(stack),
    resources: (type) => running.resources(type),
    linkedHub: (id) => running.linkedHub(id),
    user: (name, phones) => running.user(name, phones),
    call: (user, sender) => running.call(user, sender),
    chatMessage: (user, text, sender) => running.chatMessage(user, text, sender),
    inbox: (user) => running.inbox(user),
    control: (method, path, body) => running.control(method, path, body),
    plan: async (changed = deployed) => {
      write(changed);
      return running.planFolder();
    },
    deploy: async (changed) => {
      write(changed);
      deployed = changed;
      await running.applyFolder();
    },
    destroy: async () => {
      write(deployed);
      await running.destroyFolder();
    },
    close: () => running.close(),
    [Symbol.asyncDispose]: () => running.close(),
  };
}
