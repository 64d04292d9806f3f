import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '../bad-input';
import type { ProgramResult } from '../run-program';
import { STACK_FILE } from '../stack-folder';
import { terraformProblem, type Terraform } from '../terraform';

export type Values = Readonly<Record<string, unknown>>;

/** What a plan says of one managed resource. */
export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  /** `['create']`, `['update']`, `['delete', 'create']`, … */
  readonly actions: readonly string[];
  /** As the state has it; undefined where it has none. */
  readonly before: Values | undefined;
  /** As it is planned to be, as far as that is known. */
  readonly after: Values;
  /** As the configuration has it, references and all: `${azapi_resource.Hub.id}`. */
  readonly written: Values;
  /** In which its provider works; undefined where only the provider knows. */
  readonly subscriptionId: string | undefined;
}

/** A plan of a stack, read as JSON. */
export interface StackPlan {
  readonly resources: readonly PlannedResource[];
}

/**
 * Plans a stack and reads the plan. Nothing is changed by it.
 * @param file to keep the plan in, which holds sensitive values
 * @param refresh whether Azure is asked for what the state has
 * @throws DestroyPrevented, BadInput with what Terraform says
 */
export async function planStack(terraform: Terraform, file: string, refresh: boolean): Promise<StackPlan> {
  const words = ['-input=false', '-no-color', `-refresh=${refresh}`, `-out=${file}`];
  const planned = await terraform.run('plan', ...words);
  if (planned.code !== 0) {
    const kept = [...`${planned.out}${planned.err}`.replace(/[\s│╷╵]+/g, ' ').matchAll(PREVENTED)];
    const problem = refusal(planned);
    throw kept.length > 0
      ? new DestroyPrevented(
          `${problem.message}; make the stack fit, or, where a recovery that was interrupted took it, 'terraform state rm' it in the stack's folder`,
          kept.map(([, address]) => address!),
        )
      : problem;
  }
  const shown = await terraform.run('show', '-json', file);
  if (shown.code !== 0) throw refusal(shown);
  return readPlan(JSON.parse(shown.out) as PlanJson, configuration(terraform.folder), terraform.environment);
}

/** What Terraform says of a plan that would delete what `prevent_destroy` keeps. */
const PREVENTED = /Resource (\S+) has lifecycle\.prevent_destroy set/g;

/** A plan that was refused since it would delete what `prevent_destroy` keeps. */
export class DestroyPrevented extends BadInput {
  constructor(
    message: string,
    readonly addresses: readonly string[],
  ) {
    super(message);
  }
}

function refusal(result: ProgramResult): Error {
  const problem = terraformProblem(result);
  if (/acquiring the state lock/i.test(problem)) {
    const id = /\bID: (\S+)/.exec(problem)?.[1] ?? 'ID';
    return new Error(
      `somebody has the lock of the state: let that end; if it is the deploy that was killed, 'terraform force-unlock ${id}' ` +
        `in the stack's folder: ${problem}`,
    );
  }
  const remedy = /No value for required variable/i.test(problem)
    ? '; give the values that a deploy is given, by TF_VAR_{name}'
    : '';
  return new BadInput(`the stack cannot be planned: ${problem}${remedy}`);
}

type References = Readonly<
  Record<string, { readonly constant_value?: unknown; readonly references?: string[] }>
>;

/** Source: Terraform, "JSON Output Format", plan representation. */
interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly change: {
      readonly actions: string[];
      readonly before: Values | null;
      readonly after: Values | null;
    };
  }[];
  readonly variables?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly configuration?: {
    readonly provider_config?: Readonly<Record<string, { readonly expressions?: References }>>;
    readonly root_module?: {
      readonly resources?: readonly { readonly address: string; readonly provider_config_key?: string }[];
    };
  };
}

/** The configuration of a stack, as far as it is written by hand of cdktf: its own resources. */
type Configuration = Readonly<Record<string, Readonly<Record<string, Values>>>>;

function configuration(folder: string): Configuration {
  const text = readFileSync(join(folder, STACK_FILE), 'utf8');
  return (JSON.parse(text) as { resource?: Configuration }).resource ?? {};
}

/** @param environment of Terraform, from which the providers take a subscription that the configuration does not name */
export function readPlan(plan: PlanJson, written: Configuration, environment: NodeJS.ProcessEnv): StackPlan {
  const keys = new Map(
    plan.configuration?.root_module?.resources?.map(({ address, provider_config_key }) => [
      address,
      provider_config_key,
    ]),
  );
  const subscriptionOf = (address: string, type: string) => {
    const key = keys.get(address.replace(/\[.*\]$/, '')) ?? type.split('_')[0]!;
    const value = plan.configuration?.provider_config?.[key]?.expressions?.subscription_id;
    const variable = /^var\.(.+)$/.exec(value?.references?.[0] ?? '')?.[1];
    const named = variable === undefined ? value?.constant_value : plan.variables?.[variable]?.value;
    return typeof named === 'string' && named !== '' ? named : environment.ARM_SUBSCRIPTION_ID || undefined;
  };
  const managed = (plan.resource_changes ?? []).filter(({ mode }) => mode === 'managed');
  return {
    resources: managed.map(({ address, type, name, change }) => ({
      address,
      type,
      actions: change.actions,
      before: change.before ?? undefined,
      after: change.after ?? {},
      written: written[type]?.[name] ?? {},
      subscriptionId: subscriptionOf(address, type),
    })),
  };
}
