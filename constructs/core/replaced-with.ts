import { dependable, type TerraformResource } from 'cdktf';

/**
 * An argument of `replace_triggered_by`: what has it is replaced whenever that resource is made anew, and left alone
 * when it is changed. The id and not the resource itself, which every changed tag would trigger; an id is unknown while
 * a resource is created too, so that one that somebody deleted counts as well.
 */
export function replacedWith(resource: TerraformResource): string {
  return `${dependable(resource)}.id`;
}
