import { randomUUID } from 'node:crypto';
import { asObject, resourceName, sameId } from '../../core/arm/resource-id';
import type { ResourceRequest, ResourceType } from '../../core/arm/resource-type';
import type { LocalAzureContext } from '../../core/context';
import type { Metrics } from '../../core/metrics';
import { API_VERSIONS } from './api-versions';
import { ownValue } from '../../core/own';
import { invalid } from './errors';
import { TOPIC } from './shapes';

export const SYSTEM_TOPIC_TYPE = 'Microsoft.EventGrid/systemTopics';

/** Sources that a system topic may have here, by resource type, with their topic type. */
const TOPIC_TYPES: Readonly<Record<string, { topicType: string; global: boolean }>> = {
  'microsoft.communication/communicationservices': {
    topicType: 'Microsoft.Communication.CommunicationServices',
    global: true,
  },
  'microsoft.storage/storageaccounts': { topicType: 'Microsoft.Storage.StorageAccounts', global: false },
  'microsoft.keyvault/vaults': { topicType: 'Microsoft.KeyVault.vaults', global: false },
};

/** Microsoft.EventGrid/systemTopics. */
export function systemTopics(context: LocalAzureContext, metrics: Metrics): ResourceType {
  return {
    type: SYSTEM_TOPIC_TYPE,
    apiVersions: API_VERSIONS,
    body: TOPIC,
    put(request) {
      const body = asObject(request.body);
      const asked = asObject(body.properties);
      const name = resourceName(request.id);
      if (!/^[A-Za-z0-9-]{3,128}$/.test(name)) {
        throw invalid(
          `The system topic name '${name}' is invalid. Expected: 3 to 128 letters, digits and hyphens.`,
        );
      }
      const source = String(asked.source ?? request.existing?.properties.source ?? '');
      checkSource(context, request, source, String(asked.topicType ?? ''), String(body.location ?? ''));
      return {
        id: request.existing?.id ?? request.id,
        name: request.existing?.name ?? name,
        type: SYSTEM_TOPIC_TYPE,
        location: String(body.location),
        ...(body.tags ? { tags: asObject(body.tags) as Record<string, string> } : {}),
        ...(body.identity ? { identity: body.identity } : {}),
        properties: {
          provisioningState: 'Succeeded',
          source,
          topicType: asked.topicType,
          metricResourceId: request.existing?.properties.metricResourceId ?? randomUUID(),
        },
      };
    },
    deleted: (topic) => metrics.forget(topic.id),
  };
}

function checkSource(
  context: LocalAzureContext,
  request: ResourceRequest,
  source: string,
  topicType: string,
  location: string,
): void {
  const before = request.existing?.properties.source;
  if (before !== undefined && !sameId(String(before), source)) {
    throw invalid(`System topic source cannot be modified. It is '${String(before)}', got '${source}'.`);
  }
  const known = context.store.get(source);
  if (!known) throw invalid(`The source '${source}' of the system topic was not found.`);
  const expected = ownValue(TOPIC_TYPES, known.type.toLowerCase());
  if (!expected || expected.topicType.toLowerCase() !== topicType.toLowerCase()) {
    throw invalid(
      `The topicType '${topicType}' does not match the source '${source}'. Expected: '${expected?.topicType ?? 'none'}'.`,
    );
  }
  const region = expected.global ? 'global' : String(known.location ?? '');
  if (location.toLowerCase().replaceAll(' ', '') !== region.toLowerCase().replaceAll(' ', '')) {
    throw invalid(`The system topic must be in the location of its source: '${region}', got '${location}'.`);
  }
  const other = context.store
    .list({ type: SYSTEM_TOPIC_TYPE })
    .find((topic) => sameId(String(topic.properties.source), source) && !sameId(topic.id, request.id));
  if (other) {
    throw invalid(
      `There is an existing tracked system topic for the given source ${source}. Only one system topic is allowed per source.`,
    );
  }
}
