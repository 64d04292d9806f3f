import { BadInput } from './bad-input';
import { terraformProblem, type Terraform } from './terraform';
import type { StackBackend } from './terraform-backend';

/**
 * Refuses a workspace that there is not: asked for its outputs, Terraform would make it.
 * @throws BadInput that lists those there are
 */
export async function refuseUnknownWorkspace(
  terraform: Terraform,
  stack: string,
  { type, workspace }: Pick<StackBackend, 'type' | 'workspace'>,
): Promise<void> {
  // Every backend but HCP Terraform has that one, and there the name in the configuration is the workspace.
  if (workspace === 'default' || type === 'cloud') return;
  const result = await terraform.run('workspace', 'list');
  if (result.code !== 0) {
    throw new BadInput(
      `the state of '${stack}' cannot be read: ${terraformProblem(result)}; name the resources by their ids`,
    );
  }
  const names = result.out.split('\n').flatMap((line) => /^[* ] (\S+)$/.exec(line.trimEnd())?.[1] ?? []);
  if (names.includes(workspace)) return;
  throw new BadInput(
    `the state of '${stack}' has no workspace '${workspace}', there are ${names.join(', ')}: choose one by TF_WORKSPACE, or ` +
      "by 'terraform workspace select' in the stack's folder",
  );
}
