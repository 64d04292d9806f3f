import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { LinuxWebApp } from '@cdktf/provider-azurerm/lib/linux-web-app';
import type { TerraformStack } from 'cdktf';
import { CommunicationService, type IGrantable } from '../../../constructs';
import { NAMED_BY_ITS_PARTS } from '../../support/role-assignments';
import { ACS_ID, communicationService, GROUP } from '../../support/samples';
import { evaluate } from '../../support/terraform-expressions';
import { errorOf, newStack, resolved, synth } from '../../support/synth';

const ROLE = 'azurerm_role_assignment';
const PERSON = '11111111-1111-4111-8111-111111111111';

function identity(stack: TerraformStack, id = 'Backend'): UserAssignedIdentity {
  return new UserAssignedIdentity(stack, id, {
    name: 'id-app',
    location: 'westeurope',
    resourceGroupName: 'rg',
  });
}

describe('a grant', () => {
  test.each<[string, (stack: TerraformStack) => IGrantable, object]>([
    [
      'an identity',
      identity,
      { principal_id: expect.stringMatching(/Backend\.principal_id/), principal_type: 'ServicePrincipal' },
    ],
    [
      'what acts under an identity',
      (stack) => ({ identity: identity(stack) }),
      { principal_id: expect.stringMatching(/Backend\.principal_id/), principal_type: 'ServicePrincipal' },
    ],
    [
      'an app whose identity Azure makes',
      (stack) =>
        new LinuxWebApp(stack, 'App', {
          name: 'app',
          location: 'westeurope',
          resourceGroupName: 'rg',
          servicePlanId: 'plan',
          siteConfig: {},
          identity: { type: 'SystemAssigned' },
        }),
      {
        principal_id: '${azurerm_linux_web_app.App.identity[0].principal_id}',
        principal_type: 'ServicePrincipal',
      },
    ],
    [
      'a group by its object id',
      () => ({ principalId: PERSON, principalType: 'Group' }),
      { principal_id: PERSON, principal_type: 'Group' },
    ],
  ])('goes to %s', (_, grantee, expected) => {
    const stack = newStack();
    communicationService(stack).grantRead(grantee(stack));
    expect(synth(stack).resource(ROLE)).toMatchObject({ ...expected, role_definition_name: 'Reader' });
  });

  test('leaves the type of a principal to Azure when it is not known', () => {
    const stack = newStack();
    CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS_ID).grantFullAccess({
      principalId: PERSON,
    });
    expect(synth(stack).resource(ROLE)).toEqual({
      principal_id: PERSON,
      scope: ACS_ID,
      role_definition_name: 'Communication and Email Service Owner',
      ...NAMED_BY_ITS_PARTS,
    });
  });

  test('is named by what it assigns, the same in every run and in whichever casing, and by nothing else', () => {
    const nameOf = (scope: string, principalId = PERSON) => {
      const stack = newStack();
      CommunicationService.fromCommunicationServiceId(stack, 'Acs', scope).grantRead({ principalId });
      return evaluate(synth(stack).resource(ROLE).name.slice(2, -1));
    };
    const name = nameOf(ACS_ID);
    expect(name).toBe('f0f21cae-33fc-5c8a-8887-48f6c2da5517');
    expect(nameOf(ACS_ID.replace('rg-app', 'RG-App'))).toBe(name);
    expect(nameOf(ACS_ID.replace('rg-app', 'rg-other'))).not.toBe(name);
    expect(nameOf(ACS_ID, PERSON.replace('4111', '4222'))).not.toBe(name);
  });

  test('given twice is one role assignment, which Azure would refuse a second time', () => {
    const stack = newStack();
    const service = communicationService(stack);
    const who = identity(stack);
    const first = service.grantRead(who);
    const second = service.grantRead({ identity: { principalId: who.principalId } });
    expect(second.roleAssignments).toEqual(first.roleAssignments);
    expect(first.combine(second).dependable).toEqual(first.roleAssignments);
    service.grantRead(identity(stack, 'Other'));
    service.grantFullAccess(who);
    expect(synth(stack).resources(ROLE)).toHaveLength(3);
  });

  test('is waited for by what depends on it, and has the id that is asked for', () => {
    const stack = newStack();
    const service = communicationService(stack);
    const grant = service.grantRead(identity(stack), { id: 'BackendReads' });
    new UserAssignedIdentity(stack, 'Later', {
      name: 'id-later',
      location: 'westeurope',
      resourceGroupName: GROUP.name,
      dependsOn: grant.dependable,
    });
    const later = synth(stack).resourceNamed('azurerm_user_assigned_identity', 'Later');
    expect(later.depends_on).toEqual([expect.stringMatching(/^azurerm_role_assignment\.Acs_BackendReads_/)]);
  });

  test('to several of one name is told apart by a number', () => {
    const stack = newStack();
    const service = communicationService(stack);
    const [first, second] = ['A', 'B'].map(
      (id) => service.grantRead(identity(stack, id)).roleAssignments[0]!,
    );
    expect(second!.node.id).toBe(`${first!.node.id}-2`);
  });

  test('keeps its address when others are granted the same before it', () => {
    const addresses = (before: boolean) => {
      const stack = newStack();
      const service = communicationService(stack);
      if (before) service.grantRead({ principalId: PERSON });
      const [assignment] = service.grantRead(identity(stack)).roleAssignments;
      return resolved(stack, assignment!.fqn);
    };
    expect(addresses(true)).toBe(addresses(false));
  });

  test.each([
    ['a client id in words', { principalId: 'my-app' }, "got 'my-app'"],
    ['nobody', {} as IGrantable, "got 'undefined'"],
    ['an app without an identity', { identity: undefined } as unknown as IGrantable, "got 'undefined'"],
  ])('to %s is a mistake', (_, grantee, message) => {
    const stack = newStack();
    communicationService(stack).grantRead(grantee);
    expect(errorOf(() => synth(stack))).toContain(
      `${'grantee takes a principal, or what has one as its identity, whose principalId is the object id of Microsoft Entra ID (a GUID), '}${message}`,
    );
  });
});
