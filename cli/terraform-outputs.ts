import { BadInput } from './bad-input';
import type { FoundStack } from './stacks';
import { damagedStateRemedy, terraformProblem } from './terraform';

/** The outputs in the state of a stack, but for sensitive ones. @throws BadInput when the state cannot be read */
export async function readTerraformOutputs({
  name,
  terraform,
}: FoundStack): Promise<Record<string, unknown>> {
  const result = await terraform.run('output', '-json', '-no-color');
  if (result.code !== 0) throw unreadable(name, terraformProblem(result));
  const outputs = parsed(result.out);
  if (!outputs) throw unreadable(name, `'${terraform.program}' answered no JSON`);
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([, output]) => output.sensitive !== true)
      .map(([output, { value }]) => [output, value]),
  );
}

type Outputs = Record<string, { readonly sensitive?: boolean; readonly value?: unknown }>;

function parsed(text: string): Outputs | undefined {
  try {
    return JSON.parse(text || '{}') as Outputs;
  } catch {
    return undefined;
  }
}

/** Whether anything of a stack is deployed, by its state. @throws BadInput when the state cannot be read */
export async function isDeployed({ name, terraform }: FoundStack): Promise<boolean> {
  const result = await terraform.run('state', 'list');
  if (result.code === 0) return result.out.trim() !== '';
  const problem = terraformProblem(result);
  if (/No state file was found/i.test(problem)) return false;
  throw unreadable(name, problem);
}

function unreadable(stack: string, problem: string): BadInput {
  const damaged = damagedStateRemedy(problem);
  if (damaged !== undefined)
    return new BadInput(`the state of '${stack}' cannot be read: ${problem}; ${damaged}`);
  return new BadInput(
    `the state of '${stack}' cannot be read: ${problem}; where its backend was changed since the last deploy, deploy it ` +
      'again, or name the resources by their ids',
  );
}
