import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { mistake } from './mistakes';

/** Whether Terraform may destroy it. */
export interface PreventDestroyOptions {
  /**
   * Whether Terraform refuses every plan that would destroy it or make it anew: what it holds is lost with it. Give
   * `false` to have it destroyed; nothing needs to be deployed in between. What is taken out of the code altogether is
   * not kept by this, since Terraform then knows nothing of it any more: see docs/names.md.
   * @default true
   */
  readonly preventDestroy?: boolean;
}

/** What keeps a resource from being destroyed, in its `lifecycle`: a literal, as Terraform takes no expression there. */
export function keptFromDestroy(
  scope: IConstruct,
  { preventDestroy = true }: PreventDestroyOptions,
): { readonly preventDestroy: true } | undefined {
  if (typeof preventDestroy !== 'boolean') {
    const got = Token.isUnresolved(preventDestroy)
      ? 'a value that is known only when it is deployed'
      : JSON.stringify(preventDestroy);
    mistake(
      scope,
      `preventDestroy takes true or false, got ${got}: Terraform takes no expression there, so give what is known when ` +
        'the stack is synthesized',
    );
  }
  return preventDestroy ? { preventDestroy: true } : undefined;
}
