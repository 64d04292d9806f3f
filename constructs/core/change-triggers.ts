import { dependable, type ITerraformDependable } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { sameStack } from './across-stacks';
import { renamable } from './renamable';
import { TerraformData } from './terraform-data';

/** What makes something run again when other resources are changed or made anew. */
export interface ChangeTriggers {
  /** For `replace_triggered_by`: those of the same stack. */
  readonly replaceTriggeredBy: ITerraformDependable[];
  /** For `triggers_replace`: what stands for those of other stacks. */
  readonly triggersReplace: Readonly<Record<string, string>>;
}

/**
 * Triggers in the scope's stack. A resource of another stack cannot be named there: beside it, in its own stack, there
 * comes a `terraform_data` that is replaced whenever it changes, and whose id goes from one stack to the other.
 */
export function changeTriggers(
  scope: IConstruct,
  resources: readonly ITerraformDependable[],
): ChangeTriggers {
  const isElsewhere = (resource: ITerraformDependable): resource is ITerraformDependable & Construct =>
    Construct.isConstruct(resource) && !sameStack(resource, scope);
  const elsewhere = resources.filter(isElsewhere);
  return {
    replaceTriggeredBy: resources.filter((resource) => !isElsewhere(resource)),
    triggersReplace: Object.fromEntries(
      elsewhere.map((resource, i) => [`changes${i + 1}`, changesOf(resource).id]),
    ),
  };
}

function changesOf(resource: ITerraformDependable & Construct): TerraformData {
  const parent = resource.node.scope as Construct;
  const id = `${resource.node.id}Changes`;
  return (
    (parent.node.tryFindChild(id) as TerraformData | undefined) ??
    renamable(new TerraformData(parent, id, { lifecycle: { replaceTriggeredBy: [dependable(resource)] } }))
  );
}
