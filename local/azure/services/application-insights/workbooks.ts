import { ArmError, badRequest, shown } from '../../core/http';
import type { LocalAzureContext } from '../../core/context';
import { bodyOf, resourceOf } from '../../core/arm/resource-body';
import type { ResourceType } from '../../core/arm/resource-type';

const TYPE = 'Microsoft.Insights/workbooks';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The source of workbooks that belong to no resource. */
const AZURE_MONITOR = 'azure monitor';

/** Microsoft.Insights/workbooks of kind shared. What they show is not drawn, nor are their queries run. */
export function workbooks({ store, clock }: LocalAzureContext): ResourceType {
  return {
    type: TYPE,
    apiVersions: ['2021-08-01', '2022-04-01', '2023-06-01'],
    put(request) {
      const name = request.id.split('/').at(-1)!;
      // Its words as people quote them (MicrosoftDocs/azure-docs#52844).
      if (!GUID.test(name)) throw badRequest(`Invalid Workbook resource name: '${name}'`);
      const { kind, location, tags, properties: sent = {} } = bodyOf(request);
      const kept = request.method === 'PATCH' ? request.existing?.properties.serializedData : undefined;
      const properties: Record<string, unknown> = {
        ...sent,
        serializedData: sent.serializedData ?? kept,
      };
      if (kind !== 'shared') throw badRequest(`the kind of a workbook is 'shared'; got ${shown(kind)}`);
      if (!location) throw badRequest('a workbook needs a location');
      const { displayName, category, sourceId = request.query.get('sourceId') ?? AZURE_MONITOR } = properties;
      for (const [key, value] of Object.entries({ displayName, category })) {
        if (typeof value !== 'string' || value === '') throw badRequest(`a workbook needs ${key}`);
      }
      requireSource(sourceId, (id) => store.get(id) !== undefined);
      requireContent(properties.serializedData);
      const same = store
        .list({ type: TYPE })
        .find(
          (other) =>
            other.id.toLowerCase() !== request.id.toLowerCase() &&
            other.properties.displayName === displayName &&
            other.properties.sourceId === sourceId,
        );
      if (same) {
        throw new ArmError(409, 'Conflict', `A workbook with the same name already exists: ${same.id}`);
      }
      const existing = request.existing?.properties;
      return {
        ...resourceOf(request, TYPE, {
          sourceId,
          serializedData: properties.serializedData,
          version: 'Notebook/1.0',
          timeModified: new Date(clock.now()).toISOString(),
          revision: String(Number(existing?.revision ?? 0) + 1),
        }),
        // Azure keeps the title there too.
        tags: { ...tags, 'hidden-title': String(displayName) },
      };
    },
    /** The content comes when it is asked for. */
    view: ({ secrets: _, ...workbook }, query) =>
      query?.get('canFetchContent') === 'true'
        ? workbook
        : { ...workbook, properties: { ...workbook.properties, serializedData: null } },
  };
}

function requireSource(sourceId: unknown, exists: (id: string) => boolean): void {
  if (typeof sourceId !== 'string' || sourceId !== sourceId.toLowerCase()) {
    throw badRequest(`sourceId is '${AZURE_MONITOR}' or an id in lower case; got ${shown(sourceId)}`);
  }
  if (sourceId === AZURE_MONITOR || exists(sourceId)) return;
  throw badRequest(`the source '${sourceId}' of the workbook was not found`);
}

function requireContent(serializedData: unknown): void {
  let content: { version?: unknown; items?: unknown } | null;
  try {
    content = JSON.parse(String(serializedData)) as typeof content;
  } catch {
    throw badRequest('serializedData of a workbook is not JSON');
  }
  if (content?.version !== 'Notebook/1.0' || !Array.isArray(content.items)) {
    throw badRequest("serializedData of a workbook has the version 'Notebook/1.0' and items");
  }
}
