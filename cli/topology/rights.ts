import { at, literal, type Block, type Config } from './blocks';
import { existing, idsIn } from './existing';
import { References } from './references';
import type { TopologyEdge, TopologyNode } from './topology';

export interface Right {
  readonly edge: TopologyEdge;
  /** What the edge needs and no block makes. */
  readonly existing: readonly TopologyNode[];
}

const ASSIGNMENTS = ['azurerm_role_assignment', 'microsoft.authorization/roleassignments'];
const DEFINITIONS = ['azurerm_role_definition', 'microsoft.authorization/roledefinitions'];

const isRoleAssignment = (block: Block) =>
  block.kind === 'resource' && ASSIGNMENTS.includes(block.type.toLowerCase());

export const isRoleDefinition = (block: Block) => DEFINITIONS.includes(block.type.toLowerCase());

/**
 * Who may do what on what, by address of the role assignment that says so; without those that name a principal or a
 * scope that cannot be told.
 * @param locals of the stack
 */
export function rolesOf(blocks: readonly Block[], locals: Config): ReadonlyMap<string, Right> {
  const assignments = blocks.filter(isRoleAssignment);
  const others = blocks.filter((block) => !isRoleAssignment(block));
  // An assignment is an edge, where it can be: no end of another one.
  const references = new References(
    others.map(({ address }) => address),
    locals,
  );
  return new Map(
    assignments.flatMap((block) => {
      const role = roleOf(block, blocks, references);
      return role ? [[block.address, role] as const] : [];
    }),
  );
}

/** What an assignment names by an id that tells no more. */
const PRINCIPAL = { service: 'Identity and rights', label: 'Principal' };
const SCOPE = { service: 'Other', label: 'Scope' };

function roleOf(block: Block, blocks: readonly Block[], references: References): Right | undefined {
  const of = (...values: unknown[]) => values.find((value) => value !== undefined);
  const properties = at(block.config, 'body', 'properties');
  const principal = of(block.config['principal_id'], at(properties, 'principalId'));
  const scope = of(block.config['scope'], block.config['parent_id']);
  const from = endOf(principal, references, (id) => existing(id, PRINCIPAL));
  const to = endOf(scope, references, (id) => idsIn(id)[0] ?? existing(id, SCOPE));
  if (!from || !to) return undefined;
  const definition = of(block.config['role_definition_id'], at(properties, 'roleDefinitionId'));
  const label =
    literal(block.config['role_definition_name']) ?? definitionText(definition, blocks, references);
  return {
    edge: { from: from.id, to: to.id, kind: 'right', labels: [label] },
    existing: [from, to].flatMap(({ existing: one }) => one ?? []),
  };
}

const RULES =
  /^(microsoft\..*\/authorizationrules|azurerm_(notification_hub|eventhub|eventhub_namespace|servicebus_\w+|relay_\w+)_authorization_rule)$/i;
const RIGHTS = ['Send', 'Listen', 'Manage'] as const;

/** What whoever has a key of an access policy may do; undefined for any other block. */
export function policyRights(block: Block): string[] | undefined {
  if (!RULES.test(block.type)) return undefined;
  const listed = at(block.config, 'body', 'properties', 'rights');
  const given: unknown[] = Array.isArray(listed)
    ? (listed as unknown[])
    : RIGHTS.filter((right) => block.config[right.toLowerCase()] === true);
  return given.filter((right): right is string => typeof right === 'string');
}

function endOf(
  value: unknown,
  references: References,
  otherwise: (id: string) => TopologyNode,
): { id: string; existing?: TopologyNode } | undefined {
  const [reference] = references.in(value);
  if (reference) return { id: reference.to };
  const id = literal(value);
  if (id === undefined) return undefined;
  const one = otherwise(id);
  return { id: one.id, existing: one };
}

function definitionText(definition: unknown, blocks: readonly Block[], references: References): string {
  const addresses = references.in(definition).map(({ to }) => to);
  const custom = blocks.find((block) => isRoleDefinition(block) && addresses.includes(block.address));
  if (!custom) return literal(definition)?.split('/').at(-1) ?? 'role';
  const { config } = custom;
  const name =
    literal(at(config, 'body', 'properties', 'roleName')) ?? literal(config['name']) ?? custom.name;
  const permissions = at(config, 'body', 'properties', 'permissions') ?? config['permissions'];
  const actions = ['actions', 'dataActions', 'data_actions'].flatMap((key) => at(permissions, key) ?? []);
  const words = actions.filter((action): action is string => typeof action === 'string').map(actionWord);
  return words.length > 0 && words.length <= 2 ? words.join(', ') : name;
}

/** `listKeys` of `Microsoft.NotificationHubs/…/authorizationRules/listKeys/action`. */
function actionWord(action: string): string {
  const words = action.split('/');
  return (words.at(-1) === 'action' ? words.at(-2) : words.slice(-2).join('/')) ?? action;
}
