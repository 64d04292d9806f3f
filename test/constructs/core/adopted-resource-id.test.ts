import { TerraformVariable } from 'cdktf';
import { adoptedResourceId } from '../../../constructs/core/adopted-resource-id';
import { ACS_ID, HUB_ID, RULE_ID } from '../../support/samples';
import { newStack, resolved } from '../../support/synth';
import { evaluate } from '../../support/terraform-expressions';

const ACS = 'Microsoft.Communication/communicationServices';
const HUB = 'Microsoft.NotificationHubs/namespaces/notificationHubs';
const RULE = `${HUB}/authorizationRules`;

function taken(type: string, id: string): unknown {
  const stack = newStack();
  const { stringValue } = new TerraformVariable(stack, 'id', { type: 'string' });
  const { name, resourceGroupName, parentNames } = adoptedResourceId(stack, stringValue, type, 'id');
  const parts = [name, resourceGroupName, ...parentNames].map((part) => `"${resolved(stack, part)}"`);
  return evaluate(`[${parts.join(', ')}]`, { id });
}

describe('the id of a resource that is adopted', () => {
  test('is taken apart when it is known', () => {
    expect(adoptedResourceId(newStack(), RULE_ID, RULE, 'policyId')).toEqual({
      name: 'send',
      resourceGroupName: 'rg-app',
      parentNames: ['ntfns-app', 'ntf-app'],
    });
  });

  test('is taken apart by Terraform, in whichever casing, when it is a token', () => {
    expect(taken(ACS, ACS_ID)).toEqual(['acs-app', 'rg-app']);
    expect(taken(HUB, HUB_ID.replace('resourceGroups', 'resourcegroups'))).toEqual([
      'ntf-app',
      'rg-app',
      'ntfns-app',
    ]);
    expect(taken(RULE, RULE_ID)).toEqual(['send', 'rg-app', 'ntfns-app', 'ntf-app']);
  });

  test('stops Terraform when a token turns out to be of another type', () => {
    expect(() => taken(ACS, HUB_ID)).toThrow(/pattern did not match/);
  });
});
