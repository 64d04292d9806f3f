import type { CtyObject } from '../cty';
import { groupResourceId, known, tagsBody, tagsState, type AzurermResource } from './resource';

const API_VERSION = '2023-01-01';

/** Receiver blocks: the list each goes into, and the ARM name of each attribute that has another one. */
const RECEIVERS: Record<string, { readonly arm: string; readonly names: Readonly<Record<string, string>> }> =
  {
    arm_role_receiver: { arm: 'armRoleReceivers', names: {} },
    automation_runbook_receiver: {
      arm: 'automationRunbookReceivers',
      names: { is_global_runbook: 'isGlobalRunbook' },
    },
    azure_app_push_receiver: { arm: 'azureAppPushReceivers', names: {} },
    azure_function_receiver: { arm: 'azureFunctionReceivers', names: {} },
    email_receiver: { arm: 'emailReceivers', names: {} },
    event_hub_receiver: {
      arm: 'eventHubReceivers',
      names: { event_hub_namespace: 'eventHubNameSpace' },
    },
    itsm_receiver: { arm: 'itsmReceivers', names: {} },
    logic_app_receiver: { arm: 'logicAppReceivers', names: {} },
    sms_receiver: { arm: 'smsReceivers', names: {} },
    voice_receiver: { arm: 'voiceReceivers', names: {} },
    webhook_receiver: { arm: 'webhookReceivers', names: {} },
  };

export const monitorActionGroup: AzurermResource = {
  forceNew: ['name', 'resource_group_name', 'location'],
  defaults: {
    enabled: true,
    location: 'global',
    ...Object.fromEntries(
      [
        'arm_role_receiver',
        'automation_runbook_receiver',
        'azure_function_receiver',
        'email_receiver',
        'event_hub_receiver',
        'logic_app_receiver',
        'webhook_receiver',
      ].map((block) => [`${block}.use_common_alert_schema`, false]),
    ),
  },

  id: (planned, session) => groupResourceId(planned, session, 'Microsoft.Insights/actionGroups'),

  async exists(id, { client, signal }) {
    return (await client.get(id, API_VERSION, { signal })) !== undefined;
  },

  async create(id, planned, { client, subscriptionId, tenantId, signal }) {
    const body = groupBody(planned, { subscriptionId, tenantId });
    await client.arm('PUT', id, API_VERSION, { body, signal });
  },

  async update(id, planned, _prior, { client, subscriptionId, tenantId, signal }) {
    const body = groupBody(planned, { subscriptionId, tenantId });
    await client.arm('PUT', id, API_VERSION, { body, signal });
  },

  async read(id, state, { client, subscriptionId, tenantId, signal }) {
    const group = await client.get(id, API_VERSION, { signal });
    return (
      group && {
        tags: tagsState(group.tags, state),
        location: group.location ?? 'global',
        enabled: group.properties['enabled'] ?? true,
        short_name: group.properties['groupShortName'],
        event_hub_receiver: ((state['event_hub_receiver'] as CtyObject[] | null) ?? []).map((receiver) => ({
          ...receiver,
          subscription_id: known(receiver['subscription_id']) ?? subscriptionId,
          tenant_id: known(receiver['tenant_id']) ?? tenantId,
        })),
      }
    );
  },

  async delete(id, _prior, { client, signal }) {
    await client.arm('DELETE', id, API_VERSION, { signal });
  },
};

function groupBody(planned: CtyObject, session: { subscriptionId: string; tenantId: string }): object {
  return {
    location: planned['location'],
    properties: {
      ...Object.fromEntries(
        Object.entries(RECEIVERS).map(([block, { arm, names }]) => [
          arm,
          ((planned[block] as CtyObject[] | null) ?? []).map((receiver) => ({
            ...(block === 'event_hub_receiver' && session),
            ...receiverBody(receiver, names),
          })),
        ]),
      ),
      enabled: planned['enabled'],
      groupShortName: planned['short_name'],
    },
    tags: tagsBody(planned),
  };
}

function receiverBody(
  { aad_auth: aadAuth, ...receiver }: CtyObject,
  names: Readonly<Record<string, string>>,
): object {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(receiver)) {
    if (known(value) !== undefined) result[names[name] ?? camelCase(name)] = value;
  }
  const [aad] = (aadAuth as CtyObject[] | undefined) ?? [];
  if (!aad) return result;
  return {
    ...result,
    useAadAuth: true,
    objectId: aad['object_id'],
    identifierUri: known(aad['identifier_uri']),
    tenantId: known(aad['tenant_id']),
  };
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
