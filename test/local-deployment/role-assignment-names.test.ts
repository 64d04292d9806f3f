import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { CommunicationService } from '../../constructs';
import { assignRoles } from '../../constructs/resource-options/role-assignments';
import { SUBSCRIPTION } from '../../local/test/terraform/answer-server';
import { openStandIns, type StandIns } from '../../local/test/terraform/stand-ins';
import type { TerraformFolder } from '../../local/test/terraform/terraform';
import { evaluate } from '../support/terraform-expressions';
import { newStack, synth, type Attributes } from '../support/synth';

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-app`;
const ACS = `${GROUP}/providers/Microsoft.Communication/communicationServices/acs-app`;
const PEOPLE = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];

let standIns: StandIns;
let folder: TerraformFolder;

beforeEach(async () => {
  standIns = await openStandIns();
  ({ folder } = standIns);
});
afterEach(() => standIns.close());

/** A role that is granted to an identity of the stack, and one of the options for somebody. */
function withAssignments(person = PEOPLE[0]!) {
  const stack = newStack();
  const identity = new UserAssignedIdentity(stack, 'Identity', {
    name: 'id-app',
    location: 'westeurope',
    resourceGroupName: 'rg-app',
  });
  CommunicationService.fromCommunicationServiceId(stack, 'Acs', ACS).grantRead(identity);
  assignRoles(stack, '', ACS, [{ roleDefinitionIdOrName: 'Reader', principalId: person, key: 'person' }]);
  return synth(stack).json as { resource: Record<string, Record<string, Attributes>> };
}

/** As versions made them whose assignments azurerm named. */
function unnamed() {
  const json = withAssignments();
  for (const assignment of Object.values(json.resource.azurerm_role_assignment!)) {
    delete assignment.name;
    delete assignment.lifecycle;
  }
  return json;
}

/** Names that the state has, by address. */
function namesInState(): Record<string, string> {
  const { resources } = JSON.parse(folder.state()) as {
    resources: { type: string; name: string; instances: { attributes: { name: string } }[] }[];
  };
  return Object.fromEntries(
    resources
      .filter(({ type }) => type === 'azurerm_role_assignment')
      .map(({ name, instances }) => [name, instances[0]!.attributes.name]),
  );
}

describe('role assignments', () => {
  it('that azurerm named keep their names, and nothing is planned for them', async () => {
    folder.write(unnamed());
    await folder.init();
    await folder.apply();
    const before = namesInState();
    expect(Object.keys(before)).toHaveLength(2);
    folder.write(withAssignments());
    expect(await folder.plan()).toContain('No changes');
    await folder.apply();
    expect(namesInState()).toEqual(before);
  });

  it('that are made anew for somebody else get a name of their own', async () => {
    folder.write(unnamed());
    await folder.init();
    await folder.apply();
    const before = namesInState();
    folder.write(withAssignments(PEOPLE[1]));
    await folder.apply();
    const after = namesInState();
    const made = Object.values(after).filter((name) => !Object.values(before).includes(name));
    const [byId] = Object.values(withAssignments(PEOPLE[1]).resource.azurerm_role_assignment!).filter(
      ({ principal_id }) => principal_id === PEOPLE[1],
    );
    expect(made).toEqual([evaluate(byId!.name.slice(2, -1))]);
    expect(await folder.plan()).toContain('No changes');
  });

  it('have the same names in every run, so that those that no state knows are told and imported', async () => {
    folder.write(withAssignments());
    await folder.init();
    await folder.apply();
    const names = namesInState();
    const addresses = Object.keys(names).map((name) => `azurerm_role_assignment.${name}`);
    await folder.run(['state', 'rm', ...addresses]);
    const refusal = await folder.apply().then(
      () => 'none',
      (error: Error) => error.message.replace(/[\s│]+/g, ' '),
    );
    const ids = Object.values(names).map(
      (name) => `${ACS}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    );
    for (const id of ids) expect(refusal).toContain(`a resource with the ID "${id}" already exists`);
    for (const [i, address] of addresses.entries()) await folder.run(['import', address, ids[i]!]);
    expect(await folder.plan()).toContain('No changes');
  });
});
