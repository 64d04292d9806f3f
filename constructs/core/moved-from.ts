import { Aspects, TerraformResource, TerraformStack } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { mistake } from './mistakes';

/**
 * Tells Terraform that a construct was deployed at another place of the same stack: a `moved` block for each resource
 * below it, so that moving it into another construct, or giving it another id, changes nothing in Azure. Leave it there
 * until every deployment of the stack has been applied once.
 *
 * @param formerPath ids of the constructs from the stack, which is not among them, to the construct itself: `Push`,
 *   `Backend/Push`
 */
export function movedFrom(construct: IConstruct, formerPath: string): void {
  const stack = TerraformStack.of(construct);
  const former = formerPath.split('/');
  const path = pathInStack(stack, construct);
  if (former.includes('')) {
    mistake(construct, `formerPath takes ids of constructs with / between them, got '${formerPath}'`);
    return;
  }
  if (former.join('/') === path.join('/')) {
    mistake(
      construct,
      `formerPath takes the path that the construct had, got the one that it has, '${formerPath}': leave out movedFrom`,
    );
    return;
  }
  const moved = new Set<IConstruct>();
  // When the stack is synthesized, so that what is added later is moved too.
  Aspects.of(construct).add({
    visit: (node) => {
      if (!TerraformResource.isTerraformResource(node) || moved.has(node)) return;
      moved.add(node);
      const below = pathInStack(stack, node).slice(path.length);
      const from = stack.getLogicalId(constructAt([...former, ...below]).node);
      // Equal for paths that differ by an id 'Default', which is no part of a logical id.
      if (from !== node.friendlyUniqueId) node.moveFromId(`${node.terraformResourceType}.${from}`);
    },
  });
}

function pathInStack(stack: TerraformStack, construct: IConstruct): string[] {
  const { scopes } = construct.node;
  return scopes.slice(scopes.indexOf(stack) + 1).map(({ node }) => node.id);
}

/** A construct of that path and of no stack, for the logical id that a resource there has. */
function constructAt(path: readonly string[]): Construct {
  return path.reduce<Construct | undefined>((scope, id) => new Construct(scope!, id), undefined)!;
}
