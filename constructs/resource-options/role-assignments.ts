import { Fn, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { PRINCIPAL_TYPES, type RoleAssignmentOptions } from '../core/azure-resource-options';
import { mistake } from '../core/mistakes';
import { uniqueSuffixOf } from '../core/naming';
import { assignmentOf, makeRoleAssignment } from '../core/role-assignment';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ROLE_DEFINITION_ID =
  /^(\/subscriptions\/[^/]+)?(?:\/\S+)?\/providers\/Microsoft\.Authorization\/roleDefinitions\/([0-9a-f-]{36})$/i;

/**
 * Assigns roles on a resource. Ids of the constructs are made of role and principal, so that the order of the list means
 * nothing.
 */
export function assignRoles(
  scope: Construct,
  prefix: string,
  targetId: string,
  assignments: readonly RoleAssignmentOptions[],
): void {
  for (const assignment of assignments) {
    const id = `${prefix}Role-${assignmentId(assignment)}`;
    const problems = roleProblems(assignment, scope.node.tryFindChild(id) !== undefined);
    for (const problem of problems) mistake(scope, problem);
    if (problems.length > 0) continue;
    const { roleDefinitionIdOrName: role, principalId, condition, conditionVersion = '2.0' } = assignment;
    const assigned = { scope: targetId, ...roleOf(role, targetId), principalId };
    if (assignmentOf(scope, assigned)) {
      mistake(
        scope,
        `roleAssignments has the role '${shown(role)}' for a principal that has it on this resource by this stack already, and Azure takes it once: leave it out`,
      );
      continue;
    }
    makeRoleAssignment(scope, id, {
      ...assigned,
      principalType: assignment.principalType,
      name: assignment.name,
      description: assignment.description,
      condition,
      conditionVersion: condition === undefined ? undefined : conditionVersion,
      delegatedManagedIdentityResourceId: assignment.delegatedManagedIdentityResourceId,
      skipServicePrincipalAadCheck: assignment.skipServicePrincipalAadCheck,
    });
  }
}

function roleProblems(assignment: RoleAssignmentOptions, isTwice: boolean): string[] {
  const { roleDefinitionIdOrName: role, principalId, principalType, name, conditionVersion } = assignment;
  const wrongGuid = (prop: string, value: string | undefined, takes: string) =>
    value === undefined || Token.isUnresolved(value) || GUID.test(value)
      ? []
      : [`roleAssignments.${prop} takes ${takes}, got '${value}': give that`];
  const problems = [
    ...wrongGuid(
      'principalId',
      principalId ?? '',
      'the object id of a user, group or service principal (a GUID)',
    ),
    ...wrongGuid('name', name, 'a GUID'),
  ];
  if (!role || (!Token.isUnresolved(role) && role.includes('/') && !ROLE_DEFINITION_ID.test(role))) {
    problems.push(
      `roleAssignments.roleDefinitionIdOrName takes the name of a role, its GUID or its ARM id, got '${role}': give one`,
    );
  }
  if (principalType !== undefined && !PRINCIPAL_TYPES.includes(principalType)) {
    problems.push(
      `roleAssignments.principalType takes one of ${PRINCIPAL_TYPES.join(', ')}, got '${principalType}': give one of them`,
    );
  }
  if (
    assignment.skipServicePrincipalAadCheck &&
    (principalType ?? 'ServicePrincipal') !== 'ServicePrincipal'
  ) {
    problems.push(
      `roleAssignments.skipServicePrincipalAadCheck is for service principals, and principalType is '${principalType}': leave one out`,
    );
  }
  if (conditionVersion !== undefined && assignment.condition === undefined) {
    problems.push(`roleAssignments.conditionVersion is of a condition, and there is none: leave it out`);
  }
  if (isTwice) {
    problems.push(
      Token.isUnresolved(principalId)
        ? `roleAssignments has the role '${shown(role)}' for several principals that are known only after the deploy: give each a key`
        : `roleAssignments has the role '${shown(role)}' for ${principalId} twice: leave one out`,
    );
  }
  return problems;
}

/** What tells one assignment from the others of the resource, whatever their order. */
function assignmentId({
  roleDefinitionIdOrName: role,
  principalId,
  key = '',
}: RoleAssignmentOptions): string {
  const known = (text: string | undefined) =>
    text === undefined || Token.isUnresolved(text) ? '' : text.toLowerCase();
  const name = known(role)
    .split('/')
    .at(-1)!
    .replace(/[^a-z0-9]+/g, '-');
  return `${name}-${uniqueSuffixOf(known(role), known(principalId), key)}`;
}

/**
 * Azure answers with the subscription's form of a definition's id, and any other would show as a change in every plan.
 */
function roleOf(
  role: string,
  targetId: string,
): { roleDefinitionId: string } | { roleDefinitionName: string } {
  if (Token.isUnresolved(role)) return { roleDefinitionId: role };
  const [, subscription, guid] =
    ROLE_DEFINITION_ID.exec(role) ?? (GUID.test(role) ? [role, undefined, role] : []);
  if (guid === undefined) return { roleDefinitionName: role };
  const at = subscription ?? subscriptionOf(targetId);
  return { roleDefinitionId: `${at}/providers/Microsoft.Authorization/roleDefinitions/${guid}` };
}

function subscriptionOf(targetId: string): string {
  return Fn.element(Fn.regexall('^/subscriptions/[^/]+', targetId), 0) as string;
}

function shown(role: string): string {
  return Token.isUnresolved(role) ? '(known only after the deploy)' : role;
}
