import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { azapiProvider } from '../../terraform/azapi';
import { azurermProvider } from '../../terraform/azurerm';
import { AzureTransport } from '../../terraform/azure-transport';
import { Dynamic } from '../../terraform/cty';
import { AZAPI_RETRIES, AZURERM_RETRIES } from '../../terraform/retries';
import { BEHAVIOURAL_DEVIATIONS, DEVIATIONS_BY_TRACE, REQUEST_DEVIATIONS } from './deviations';

const readme = readFileSync(join(__dirname, '../../terraform/README.md'), 'utf8');
const idsOf = (entries: readonly string[]) => [...new Set(entries.map((entry) => entry.split(':')[0]!))];

describe('the deviations from the real providers', () => {
  const transport = new AzureTransport({});
  afterAll(() => transport.close());

  it('are those of the table, each with an id of its own', () => {
    const rows = [...readme.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, id]) => id!);
    const recorded = idsOf(Object.values(DEVIATIONS_BY_TRACE).flat());
    expect(rows.sort()).toEqual([...recorded, ...BEHAVIOURAL_DEVIATIONS].sort());
  });

  it('of requests are shown by a recording each', () => {
    const recorded = idsOf(Object.values(DEVIATIONS_BY_TRACE).flat());
    expect(idsOf(REQUEST_DEVIATIONS.map(({ id }) => id)).sort()).toEqual(recorded.sort());
  });

  const shown: Record<(typeof BEHAVIOURAL_DEVIATIONS)[number], () => void | Promise<void>> = {
    'azapi-definitions': async () => {
      const { azapi_resource: resource } = azapiProvider({}, transport).resources;
      const config = {
        type: 'Microsoft.Communication/communicationServices@2025-05-01',
        parent_id: '/subscriptions/s/resourceGroups/rg',
        body: Dynamic.fromJson({ properties: { unheard: 1 } }),
      };
      await expect((async () => resource!.validate!(config))()).resolves.toBeUndefined();
    },
    'azapi-import-version': async () => {
      const { azapi_resource: resource } = azapiProvider({}, transport).resources;
      const id = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/a';
      await expect((async () => resource!.import!(id, {} as never))()).rejects.toThrow('?api-version=');
    },
    'short-waits': () => {
      expect(AZURERM_RETRIES.tries).toBe(6);
      for (const { waitMs } of [AZURERM_RETRIES, AZAPI_RETRIES]) expect(waitMs(1)).toBeLessThan(1000);
    },
    'unknown-types': () => {
      expect(azurermProvider({}, transport).schema.resources).not.toHaveProperty(
        'azurerm_linux_virtual_machine',
      );
    },
  };
  it.each(BEHAVIOURAL_DEVIATIONS)('%s is there', (id) => shown[id]());
});
