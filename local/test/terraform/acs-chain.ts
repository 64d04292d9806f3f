const GROUP = { resource_group_name: '${azurerm_resource_group.rg.name}' };

/** The shape of `traces/acs-chain-*`: resource, namespace, hub and rule by azurerm, the link by azapi. */
export function acsChain(tag: string): object {
  const inNamespace = { ...GROUP, namespace_name: '${azurerm_notification_hub_namespace.ns.name}' };
  return {
    terraform: {
      required_providers: { azurerm: { source: 'hashicorp/azurerm' }, azapi: { source: 'Azure/azapi' } },
    },
    provider: { azurerm: { features: {} }, azapi: {} },
    resource: {
      azurerm_resource_group: { rg: { name: 'rg-acs', location: 'westeurope' } },
      azurerm_communication_service: {
        acs: { ...GROUP, name: 'acs-lab', data_location: 'Europe', tags: { t: tag } },
      },
      azurerm_notification_hub_namespace: {
        ns: {
          ...GROUP,
          name: 'nhns-lab',
          location: '${azurerm_resource_group.rg.location}',
          namespace_type: 'NotificationHub',
          sku_name: 'Free',
        },
      },
      azurerm_notification_hub: {
        hub: {
          ...inNamespace,
          name: 'hub-lab',
          location: '${azurerm_resource_group.rg.location}',
          tags: { t: tag },
        },
      },
      azurerm_notification_hub_authorization_rule: {
        rule: {
          ...inNamespace,
          notification_hub_name: '${azurerm_notification_hub.hub.name}',
          name: 'acs-send',
          send: true,
        },
      },
      azapi_resource_action: {
        link: {
          type: 'Microsoft.Communication/communicationServices@2023-04-01',
          resource_id: '${azurerm_communication_service.acs.id}',
          action: 'linkNotificationHub',
          body: {
            resourceId: '${azurerm_notification_hub.hub.id}',
            connectionString: '${azurerm_notification_hub_authorization_rule.rule.primary_connection_string}',
          },
        },
      },
    },
  };
}
