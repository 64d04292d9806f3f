import { importBlocks } from '../../../cli/recover/import-folder';

it('imports have the providers, what these refer to, and resources without their arguments', () => {
  expect(
    importBlocks({
      terraform: { required_version: '>= 1.11', required_providers: { azapi: { source: 'Azure/azapi' } } },
      provider: { azapi: [{ subscription_id: '${local.subscription}' }] },
      variable: {
        subscription: { type: 'string', validation: { condition: '${data.x.y.z}' } },
        fcm_service_account: { type: 'string', ephemeral: true },
      },
      locals: { subscription: '${var.subscription}', other: '${data.azapi_resource.Ready.id}' },
      resource: {
        azapi_resource: {
          Hub: { name: 'ntf', parent_id: '${azapi_resource.Namespace.id}', provider: 'azapi.other' },
          Each: { for_each: ['a'], name: '${each.key}' },
        },
      },
    }),
  ).toEqual({
    terraform: { required_version: '>= 1.11', required_providers: { azapi: { source: 'Azure/azapi' } } },
    provider: { azapi: [{ subscription_id: '${local.subscription}' }] },
    variable: { subscription: { type: 'string' } },
    locals: { subscription: '${var.subscription}' },
    resource: { azapi_resource: { Hub: { provider: 'azapi.other' }, Each: { for_each: ['a'] } } },
  });
});
