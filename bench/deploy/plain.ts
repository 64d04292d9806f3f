import { COMMUNICATION_SERVICE_API_TYPE } from '../../constructs/azapi/api-types';

const GROUP = { resource_group_name: '${azurerm_resource_group.rg.name}' };
const LOCATION = '${azurerm_resource_group.rg.location}';
const IN_NAMESPACE = { ...GROUP, namespace_name: '${azurerm_notification_hub_namespace.ns.name}' };

/** The chain up to the link as plain azurerm resources make it; the link by azapi, for azurerm has none. */
export function plainChain(): object {
  return {
    terraform: {
      required_providers: { azurerm: { source: 'hashicorp/azurerm' }, azapi: { source: 'Azure/azapi' } },
    },
    provider: { azurerm: { features: {}, resource_provider_registrations: 'none' }, azapi: {} },
    variable: {
      apns_token: { type: 'string', sensitive: true },
      fcm_service_account: { type: 'string', sensitive: true },
    },
    resource: {
      azurerm_resource_group: { rg: { name: 'rg-plain', location: 'westeurope' } },
      azurerm_communication_service: { acs: { ...GROUP, name: 'acs-plain-bench', data_location: 'Europe' } },
      azurerm_notification_hub_namespace: {
        ns: {
          ...GROUP,
          name: 'ntfns-plain-bench',
          location: LOCATION,
          namespace_type: 'NotificationHub',
          sku_name: 'Basic',
        },
      },
      azurerm_notification_hub: {
        hub: {
          ...IN_NAMESPACE,
          name: 'ntf-plain-calling',
          location: LOCATION,
          apns_credential: {
            application_mode: 'Sandbox',
            bundle_id: 'com.contoso.app',
            key_id: 'ABC123DEFG',
            team_id: 'TEAM123456',
            token: '${var.apns_token}',
          },
        },
      },
      azurerm_notification_hub_authorization_rule: {
        rule: {
          ...IN_NAMESPACE,
          notification_hub_name: '${azurerm_notification_hub.hub.name}',
          name: 'acs-send',
          send: true,
        },
      },
      azapi_resource_action: {
        link: {
          type: COMMUNICATION_SERVICE_API_TYPE,
          resource_id: '${azurerm_communication_service.acs.id}',
          action: 'linkNotificationHub',
          response_export_values: [],
          sensitive_body: {
            resourceId: '${azurerm_notification_hub.hub.id}',
            connectionString: '${azurerm_notification_hub_authorization_rule.rule.primary_connection_string}',
          },
        },
      },
    },
  };
}
