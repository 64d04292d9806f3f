import { SUBSCRIPTION } from './answer-server';
import { production, wide } from './configurations';

type Resources = Record<string, Record<string, Record<string, unknown>>>;

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-w`;
const WORKBOOK = '0b5d3f6a-3f0c-4c1e-9d53-6a3ac41f9a01';

/** One configuration with every type that the stand-ins play and that can be imported. */
export function everyType(): { resource: Resources } & Record<string, unknown> {
  const shape = wide() as ReturnType<typeof everyType>;
  const app = (production('a') as ReturnType<typeof everyType>).resource[
    'azurerm_function_app_flex_consumption'
  ]!['fn']!;
  const located = { resource_group_name: 'rg-w', location: 'westeurope' };
  const { depends_on: _, tags: __, ...functionApp } = app;
  const resource: Resources = {
    ...shape.resource,
    azurerm_resource_group: { more: { name: 'rg-more', location: 'westeurope' } },
    azurerm_communication_service: {
      acs: { resource_group_name: 'rg-w', name: 'acs-w', data_location: 'Europe' },
    },
    azurerm_notification_hub_namespace: {
      ns: { ...located, name: 'ns-w', namespace_type: 'NotificationHub', sku_name: 'Free' },
    },
    azurerm_notification_hub: {
      hub: { ...located, name: 'hub-w', namespace_name: '${azurerm_notification_hub_namespace.ns.name}' },
    },
    azurerm_notification_hub_authorization_rule: {
      send: {
        resource_group_name: 'rg-w',
        namespace_name: '${azurerm_notification_hub_namespace.ns.name}',
        notification_hub_name: '${azurerm_notification_hub.hub.name}',
        name: 'send-w',
        send: true,
      },
    },
    azurerm_management_lock: {
      lock: { name: 'keep', scope: '${azurerm_communication_service.acs.id}', lock_level: 'CanNotDelete' },
    },
    azurerm_eventgrid_system_topic: {
      topic: {
        resource_group_name: 'rg-w',
        location: 'global',
        name: 'evgt-w',
        source_resource_id: '${azurerm_communication_service.acs.id}',
        topic_type: 'Microsoft.Communication.CommunicationServices',
      },
    },
    azurerm_storage_queue: {
      events: { name: 'events', storage_account_id: '${azurerm_storage_account.st.id}' },
    },
    azurerm_eventgrid_system_topic_event_subscription: {
      queue: {
        name: 'to-queue',
        resource_group_name: 'rg-w',
        system_topic: '${azurerm_eventgrid_system_topic.topic.name}',
        included_event_types: ['Microsoft.Communication.IncomingCall'],
        storage_queue_endpoint: {
          storage_account_id: '${azurerm_storage_account.st.id}',
          queue_name: '${azurerm_storage_queue.events.name}',
        },
      },
    },
    azurerm_storage_management_policy: {
      expiry: {
        storage_account_id: '${azurerm_storage_account.st.id}',
        rule: [
          {
            name: 'old',
            enabled: true,
            filters: { blob_types: ['blockBlob'], prefix_match: ['dead-letters/'] },
            actions: { base_blob: { delete_after_days_since_modification_greater_than: 30 } },
          },
        ],
      },
    },
    azurerm_function_app_flex_consumption: {
      fn: {
        ...functionApp,
        ...located,
        storage_container_endpoint: '${azurerm_storage_account.st.primary_blob_endpoint}deploy',
      },
    },
    azurerm_monitor_metric_alert: {
      lost: {
        resource_group_name: 'rg-w',
        name: 'lost',
        scopes: ['${azurerm_eventgrid_system_topic.topic.id}'],
        criteria: {
          metric_namespace: 'Microsoft.EventGrid/systemTopics',
          metric_name: 'DeadLetteredCount',
          aggregation: 'Total',
          operator: 'GreaterThan',
          threshold: 0,
        },
      },
    },
    azurerm_monitor_scheduled_query_rules_alert_v2: {
      late: {
        ...located,
        name: 'late',
        scopes: ['${azurerm_log_analytics_workspace.law.id}'],
        severity: 2,
        evaluation_frequency: 'PT5M',
        window_duration: 'PT15M',
        criteria: {
          query: 'AppTraces',
          time_aggregation_method: 'Count',
          operator: 'GreaterThan',
          threshold: 2,
        },
      },
    },
    azurerm_application_insights_workbook: {
      push: { ...located, name: WORKBOOK, display_name: 'Push', data_json: '{"items": []}' },
    },
    azurerm_monitor_diagnostic_setting: {
      topic: {
        name: 'to-workspace',
        target_resource_id: '${azurerm_eventgrid_system_topic.topic.id}',
        log_analytics_workspace_id: '${azurerm_log_analytics_workspace.law.id}',
        enabled_log: [{ category: 'DeliveryFailures' }],
      },
    },
    azurerm_private_endpoint: {
      acs: {
        ...located,
        name: 'pe-w',
        subnet_id: `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/inner`,
        private_service_connection: {
          name: 'acs',
          is_manual_connection: false,
          private_connection_resource_id: '${azurerm_communication_service.acs.id}',
          subresource_names: ['communication'],
        },
      },
    },
    azapi_resource: {
      rule: {
        type: 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules@2023-10-01-preview',
        name: 'acs-send',
        parent_id: '${azurerm_notification_hub.hub.id}',
        body: { properties: { rights: ['Send'] } },
      },
    },
  };
  return {
    ...shape,
    provider: { azurerm: { features: {} }, azapi: {} },
    resource,
  };
}
