import { TerraformVariable } from 'cdktf';
import { PrivateEndpoint, type PrivateEndpointProps } from '../../../constructs';
import { ENDPOINT_SUBNET, told, ZONES } from '../../support/network';
import { schemaProblems } from '../../support/provider-schema';
import { GROUP, VAULT_ID } from '../../support/samples';
import { errorOf, thrownBy, newStack, synthWith } from '../../support/synth';

const VAULT: PrivateEndpointProps = {
  resourceGroup: GROUP,
  name: 'pep-vault',
  subnetId: ENDPOINT_SUBNET,
  privateDnsZoneId: ZONES.vault,
  targetResourceId: VAULT_ID,
  groupId: 'vault',
};

const endpoint = (over: Partial<PrivateEndpointProps> = {}) =>
  synthWith((stack) => new PrivateEndpoint(stack, 'Endpoint', { ...VAULT, ...over }));

describe('a private endpoint', () => {
  test('leads to one part of one resource, approved at once, and writes its address into the zone', () => {
    const json = endpoint({ location: 'northeurope', tags: { app: 'x' } });
    expect(json.resource('azurerm_private_endpoint')).toEqual({
      name: 'pep-vault',
      resource_group_name: 'rg-app',
      location: 'northeurope',
      subnet_id: ENDPOINT_SUBNET,
      private_service_connection: {
        name: 'pep-vault',
        private_connection_resource_id: VAULT_ID,
        subresource_names: ['vault'],
        is_manual_connection: false,
      },
      private_dns_zone_group: { name: 'default', private_dns_zone_ids: [ZONES.vault] },
      tags: { app: 'x' },
    });
    expect(schemaProblems(json)).toEqual([]);
  });

  test('leaves the zone to somebody else, and what they write alone', () => {
    const resource = endpoint({ privateDnsZoneId: undefined }).resource('azurerm_private_endpoint');
    expect(resource).not.toHaveProperty('private_dns_zone_group');
    expect(resource.lifecycle).toEqual({ ignore_changes: ['private_dns_zone_group'] });
  });

  test('takes ids that are known only after the deploy', () => {
    const json = synthWith((stack) => {
      const id = new TerraformVariable(stack, 'id', { type: 'string' }).stringValue;
      new PrivateEndpoint(stack, 'Endpoint', {
        ...VAULT,
        subnetId: id,
        privateDnsZoneId: id,
        targetResourceId: id,
      });
    });
    expect(json.resource('azurerm_private_endpoint')).toMatchObject({
      subnet_id: '${var.id}',
      private_dns_zone_group: { private_dns_zone_ids: ['${var.id}'] },
      private_service_connection: { private_connection_resource_id: '${var.id}' },
    });
  });

  test('is refused with all that cannot work about it', () => {
    const error = thrownBy(() =>
      endpoint({
        subnetId: `${GROUP.id}/providers/Microsoft.Network/virtualNetworks/vnet`,
        targetResourceId: GROUP.id,
        privateDnsZoneId: ZONES.blob,
      }),
    );
    expect(told(error)).toEqual([
      `[stack/Endpoint] subnetId takes the ARM id of a Microsoft.Network/virtualNetworks/subnets: resource id '${GROUP.id}/providers/Microsoft.Network/virtualNetworks/vnet' is a Microsoft.Network/virtualNetworks; expected a Microsoft.Network/virtualNetworks/subnets`,
      expect.stringMatching(
        /^\[stack\/Endpoint\] targetResourceId takes the ARM id of a Microsoft\.KeyVault\/vaults: malformed resource id .*it names no resource provider/,
      ),
      `[stack/Endpoint] privateDnsZoneId takes a private DNS zone 'privatelink.vaultcore.…', got 'privatelink.blob.core.windows.net': give the zone of that service`,
    ]);
  });

  test.each(['pep-', '-pep', 'pep vault'])('is refused under the name %p', (name) => {
    expect(errorOf(() => new PrivateEndpoint(newStack(), 'Endpoint', { ...VAULT, name }))).toContain(
      'name of a privateEndpoint takes letters, digits, . _ -',
    );
  });
});
