import { azapiProvider } from '../../terraform/azapi';
import { azurermProvider } from '../../terraform/azurerm';
import { AzureTransport } from '../../terraform/azure-transport';
import { blockType, loadSchema } from '../../terraform/schema';

describe('the schemas of the real providers', () => {
  it.each(['azurerm-4.55.0', 'azurerm-4.79.0', 'azurerm-5.2.0', 'azapi-2.12.0'] as const)(
    '%s is kept without prose',
    (name) => {
      const texts: string[] = [];
      const collect = (value: unknown, key: string) => {
        if (typeof value === 'string' && key.startsWith('description')) texts.push(value);
        else if (value !== null && typeof value === 'object') {
          for (const [inner, item] of Object.entries(value)) collect(item, inner);
        }
      };
      collect(loadSchema(name), '');
      expect(texts).toEqual([]);
    },
  );

  it('have a type for every resource, data source and ephemeral resource', () => {
    for (const name of ['azurerm-4.55.0', 'azurerm-4.79.0', 'azurerm-5.2.0', 'azapi-2.12.0'] as const) {
      const schema = loadSchema(name);
      const all = [
        schema.provider,
        ...[schema.resources, schema.data_sources, schema.ephemeral_resources].flatMap(Object.values),
      ];
      expect(all.length).toBeGreaterThan(5);
      for (const { block } of all) expect(blockType(block)[0]).toBe('object');
    }
  });

  it('hold every type that the stand-in providers implement', () => {
    const transport = new AzureTransport({});
    for (const provider of [azurermProvider({}, transport), azapiProvider({}, transport)]) {
      expect(Object.keys(provider.schema.resources)).toEqual(
        expect.arrayContaining(Object.keys(provider.resources)),
      );
      expect(Object.keys(provider.schema.data_sources)).toEqual(
        expect.arrayContaining(Object.keys(provider.dataSources)),
      );
      expect(Object.keys(provider.schema.ephemeral_resources)).toEqual(
        expect.arrayContaining(Object.keys(provider.ephemeralResources)),
      );
    }
    transport.close();
  });
});
