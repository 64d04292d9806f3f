import type { CtyObject, CtyValue } from '../cty';
import { ProviderError } from '../provider';
import { loadSchema } from '../schema';
import { known, tagsBody, tagsState, type AzurermResource } from './resource';
import { inGroup } from './resource-ids';

const API_VERSION = '2023-01-01';
const MAX_SHORT_NAME = 12;

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

  validate(config) {
    const shortName = known<string>(config['short_name']);
    if (shortName !== undefined && (shortName.length < 1 || shortName.length > MAX_SHORT_NAME)) {
      throw new ProviderError(
        'Invalid short_name',
        `expected length of short_name to be in the range (1 - ${MAX_SHORT_NAME}), got ${shortName}`,
      );
    }
  },

  ids: inGroup('ActionGroup', 'Microsoft.Insights/actionGroups'),

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

  async read(id, state, { client, signal }) {
    const group = await client.get(id, API_VERSION, { signal });
    return (
      group && {
        tags: tagsState(group.tags, state),
        location: group.location ?? 'global',
        enabled: group.properties['enabled'] ?? true,
        short_name: group.properties['groupShortName'],
        ...receiversState(group.properties, state),
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
            ...receiverBody(receiver, names, session.tenantId),
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
  tenantId: string,
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
    identifierUri: known(aad['identifier_uri']) ?? '',
    tenantId: known(aad['tenant_id']) ?? tenantId,
  };
}

/** Every list of receivers as Azure has it, in the attributes of its block. */
function receiversState(properties: Record<string, any>, state: CtyObject): CtyObject {
  const blockTypes =
    loadSchema('azurerm-4.55.0').resources['azurerm_monitor_action_group']!.block.block_types!;
  return Object.fromEntries(
    Object.entries(RECEIVERS).map(([block, { arm, names }]) => {
      const attributes = Object.keys(blockTypes[block]!.block.attributes ?? {});
      const before = (state[block] as CtyObject[] | null) ?? [];
      const receivers = ((properties[arm] ?? []) as Record<string, any>[]).map((receiver, index) => ({
        ...Object.fromEntries(
          attributes.map((name) => [
            name,
            (receiver[names[name] ?? camelCase(name)] ?? known(before[index]?.[name]) ?? null) as CtyValue,
          ]),
        ),
        ...(block === 'webhook_receiver' && { aad_auth: aadAuthState(receiver) }),
      }));
      return [block, receivers];
    }),
  );
}

function aadAuthState(receiver: Record<string, any>): CtyObject[] {
  if (receiver['useAadAuth'] !== true) return [];
  return [
    {
      object_id: receiver['objectId'] ?? '',
      identifier_uri: receiver['identifierUri'] ?? '',
      tenant_id: receiver['tenantId'] ?? '',
    },
  ];
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
