/** Configurations, as Terraform JSON, of the shapes whose requests are committed under `traces/`. */

const ACS = 'Microsoft.Communication/communicationServices@2025-05-01';
const NAMESPACE = 'Microsoft.NotificationHubs/namespaces@2023-10-01-preview';
const HUB = 'Microsoft.NotificationHubs/namespaces/notificationHubs@2023-10-01-preview';
const RULE = 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules@2023-10-01-preview';
const FUNCTION = 'Microsoft.Web/sites/functions@2024-04-01';

const providers = {
  terraform: {
    required_providers: { azurerm: { source: 'hashicorp/azurerm' }, azapi: { source: 'Azure/azapi' } },
  },
  provider: {
    azurerm: { features: {}, storage_use_azuread: true, resource_provider_registrations: 'none' },
    azapi: {},
  },
};

const retry = { error_message_regex: ['NotFound', 'was not found', '404', '503'], interval_seconds: 1 };

function subscription(name: string, functionName: string, retryPolicy: object) {
  return {
    name,
    resource_group_name: '${azurerm_resource_group.rg.name}',
    system_topic: '${azurerm_eventgrid_system_topic.topic.name}',
    included_event_types: [`Microsoft.Communication.${functionName}`],
    azure_function_endpoint: {
      function_id: `\${data.azapi_resource.${name.replace('relay-', '')}.id}`,
      max_events_per_batch: 1,
      preferred_batch_size_in_kilobytes: 64,
    },
    retry_policy: retryPolicy,
    storage_blob_dead_letter_destination: {
      storage_account_id: '${azurerm_storage_account.st.id}',
      storage_blob_container_name: '${azurerm_storage_container.deadletter.name}',
    },
  };
}

/** The production shape; `tag` is the value of the one tag that everything carries. */
export function production(tag: string): object {
  const tags = { t: tag };
  const group = { resource_group_name: '${azurerm_resource_group.rg.name}' };
  const located = { ...group, location: '${azurerm_resource_group.rg.location}', tags };
  return {
    ...providers,
    variable: {
      apns_token: { ephemeral: true, type: 'string' },
      fcm_private_key: { ephemeral: true, type: 'string' },
    },
    ephemeral: {
      azapi_resource_action: {
        keys: {
          type: RULE,
          resource_id: '${azapi_resource.rule.id}',
          action: 'listKeys',
          response_export_values: ['primaryConnectionString'],
        },
      },
    },
    data: {
      azapi_resource: {
        linked: {
          type: ACS,
          resource_id: '${azapi_resource.acs.id}',
          response_export_values: ['properties.notificationHubId'],
          depends_on: ['azapi_resource_action.link'],
          lifecycle: {
            postcondition: {
              condition: '${lower(self.output.properties.notificationHubId) == lower(azapi_resource.hub.id)}',
              error_message: 'the resource is linked to another hub',
            },
          },
        },
        onIncomingCall: {
          type: FUNCTION,
          resource_id: '${azurerm_function_app_flex_consumption.fn.id}/functions/onIncomingCall',
          response_export_values: [],
          retry,
        },
        onChatMessage: {
          type: FUNCTION,
          resource_id: '${azurerm_function_app_flex_consumption.fn.id}/functions/onChatMessage',
          response_export_values: [],
          retry,
        },
      },
    },
    resource: {
      azurerm_resource_group: { rg: { name: 'rg-relay', location: 'westeurope', tags } },
      azapi_resource: {
        acs: {
          type: ACS,
          name: 'acs-lab',
          parent_id: '${azurerm_resource_group.rg.id}',
          location: 'global',
          body: { properties: { dataLocation: 'Europe', disableLocalAuth: true } },
          response_export_values: [],
          tags,
        },
        ns: {
          type: NAMESPACE,
          name: 'nhns-lab',
          parent_id: '${azurerm_resource_group.rg.id}',
          location: 'westeurope',
          body: { sku: { name: 'Basic' }, properties: { namespaceType: 'NotificationHub' } },
          response_export_values: [],
          tags,
        },
        hub: {
          type: HUB,
          name: 'hub-lab',
          parent_id: '${azapi_resource.ns.id}',
          location: 'westeurope',
          body: {
            properties: {
              apnsCredential: {
                properties: {
                  appId: 'TEAM123456',
                  appName: 'com.example.app',
                  endpoint: 'https://api.push.apple.com:443/3/device',
                  keyId: 'ABCDE12345',
                },
              },
              fcmV1Credential: {
                properties: { clientEmail: 'svc@p.iam.gserviceaccount.com', projectId: 'p' },
              },
            },
          },
          sensitive_body: {
            properties: {
              apnsCredential: { properties: { token: '${var.apns_token}' } },
              fcmV1Credential: { properties: { privateKey: '${var.fcm_private_key}' } },
            },
          },
          response_export_values: [],
          tags,
        },
        rule: {
          type: RULE,
          name: 'acs-send',
          parent_id: '${azapi_resource.hub.id}',
          body: { properties: { rights: ['Send'] } },
          response_export_values: [],
        },
      },
      azapi_resource_action: {
        link: {
          type: ACS,
          resource_id: '${azapi_resource.acs.id}',
          action: 'linkNotificationHub',
          body: { resourceId: '${azapi_resource.hub.id}' },
          sensitive_body: {
            connectionString: '${ephemeral.azapi_resource_action.keys.output.primaryConnectionString}',
          },
          response_export_values: [],
        },
      },
      azurerm_user_assigned_identity: { id: { ...located, name: 'id-relay' } },
      azurerm_storage_account: {
        st: {
          ...located,
          name: 'strelaylab',
          account_tier: 'Standard',
          account_replication_type: 'LRS',
          shared_access_key_enabled: false,
          default_to_oauth_authentication: true,
          allow_nested_items_to_be_public: false,
        },
      },
      azurerm_storage_container: {
        packages: { name: 'packages', storage_account_id: '${azurerm_storage_account.st.id}' },
        deadletter: { name: 'deadletter', storage_account_id: '${azurerm_storage_account.st.id}' },
      },
      azurerm_service_plan: { plan: { ...located, name: 'asp-lab', os_type: 'Linux', sku_name: 'FC1' } },
      azurerm_log_analytics_workspace: {
        law: { ...located, name: 'law-lab', local_authentication_enabled: false },
      },
      azurerm_application_insights: {
        ai: {
          ...located,
          name: 'ai-lab',
          application_type: 'web',
          workspace_id: '${azurerm_log_analytics_workspace.law.id}',
          local_authentication_disabled: true,
        },
      },
      azurerm_role_assignment: {
        blob: {
          scope: '${azurerm_storage_account.st.id}',
          role_definition_name: 'Storage Blob Data Owner',
          principal_id: '${azurerm_user_assigned_identity.id.principal_id}',
          principal_type: 'ServicePrincipal',
        },
        metrics: {
          scope: '${azurerm_application_insights.ai.id}',
          role_definition_name: 'Monitoring Metrics Publisher',
          principal_id: '${azurerm_user_assigned_identity.id.principal_id}',
          principal_type: 'ServicePrincipal',
        },
      },
      azurerm_function_app_flex_consumption: {
        fn: {
          ...located,
          name: 'fn-relay-lab',
          service_plan_id: '${azurerm_service_plan.plan.id}',
          storage_container_type: 'blobContainer',
          storage_container_endpoint:
            '${azurerm_storage_account.st.primary_blob_endpoint}${azurerm_storage_container.packages.name}',
          storage_authentication_type: 'UserAssignedIdentity',
          storage_user_assigned_identity_id: '${azurerm_user_assigned_identity.id.id}',
          runtime_name: 'node',
          runtime_version: '22',
          maximum_instance_count: 50,
          https_only: true,
          webdeploy_publish_basic_authentication_enabled: false,
          identity: { type: 'UserAssigned', identity_ids: ['${azurerm_user_assigned_identity.id.id}'] },
          site_config: {
            application_insights_connection_string: '${azurerm_application_insights.ai.connection_string}',
          },
          app_settings: {
            AzureWebJobsStorage__accountName: '${azurerm_storage_account.st.name}',
            AzureWebJobsStorage__credential: 'managedidentity',
            AzureWebJobsStorage__clientId: '${azurerm_user_assigned_identity.id.client_id}',
            APPLICATIONINSIGHTS_AUTHENTICATION_STRING:
              'ClientId=${azurerm_user_assigned_identity.id.client_id};Authorization=AAD',
          },
          depends_on: ['azurerm_role_assignment.blob'],
        },
      },
      azurerm_eventgrid_system_topic: {
        topic: {
          ...group,
          tags,
          name: 'evgt-lab',
          location: 'global',
          source_resource_id: '${azapi_resource.acs.id}',
          topic_type: 'Microsoft.Communication.CommunicationServices',
        },
      },
      azurerm_eventgrid_system_topic_event_subscription: {
        calls: {
          ...subscription('relay-onIncomingCall', 'IncomingCall', {
            event_time_to_live: 1,
            max_delivery_attempts: 2,
          }),
        },
        chat: {
          ...subscription('relay-onChatMessage', 'ChatMessageReceived', {
            event_time_to_live: 1440,
            max_delivery_attempts: 30,
          }),
        },
      },
      azurerm_monitor_metric_alert: {
        deadletter: {
          ...group,
          tags,
          name: 'relay-deadletter',
          scopes: ['${azurerm_eventgrid_system_topic.topic.id}'],
          frequency: 'PT5M',
          window_size: 'PT15M',
          criteria: {
            metric_namespace: 'Microsoft.EventGrid/systemTopics',
            metric_name: 'DeadLetteredCount',
            aggregation: 'Total',
            operator: 'GreaterThan',
            threshold: 0,
          },
        },
      },
    },
  };
}

/** The wide shape: what a group that is there already can hold, by azurerm alone. */
export function wide(): object {
  const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-w';
  const located = { resource_group_name: 'rg-w', location: 'westeurope' };
  return {
    ...providers,
    provider: { azurerm: { features: {}, resource_provider_registrations: 'none' } },
    data: { azurerm_client_config: { me: {} } },
    resource: {
      azurerm_user_assigned_identity: { id: { ...located, name: 'uai-w' } },
      azurerm_log_analytics_workspace: { law: { ...located, name: 'law-w' } },
      azurerm_application_insights: {
        ai: {
          ...located,
          name: 'ai-w',
          application_type: 'web',
          workspace_id: '${azurerm_log_analytics_workspace.law.id}',
        },
      },
      azurerm_service_plan: { plan: { ...located, name: 'asp-w', os_type: 'Linux', sku_name: 'FC1' } },
      azurerm_storage_account: {
        st: { ...located, name: 'stlabw', account_tier: 'Standard', account_replication_type: 'LRS' },
      },
      azurerm_storage_container: {
        deploy: { name: 'deploy', storage_account_id: '${azurerm_storage_account.st.id}' },
      },
      azurerm_role_assignment: {
        reader: {
          scope: group,
          role_definition_name: 'Reader',
          principal_id: '${azurerm_user_assigned_identity.id.principal_id}',
          principal_type: 'ServicePrincipal',
        },
      },
      azurerm_key_vault: {
        kv: {
          ...located,
          name: 'kv-lab-w',
          tenant_id: '${data.azurerm_client_config.me.tenant_id}',
          sku_name: 'standard',
          rbac_authorization_enabled: true,
        },
      },
      azurerm_key_vault_secret: {
        acs: { name: 'acs', value: 'x', key_vault_id: '${azurerm_key_vault.kv.id}' },
      },
      azurerm_monitor_action_group: { ag: { resource_group_name: 'rg-w', name: 'ag-w', short_name: 'agw' } },
    },
  };
}
