import { decodeCty, encodeCty, type CtyObject, type CtyType } from './cty';
import type { DynamicValue } from './protocol-values';
import { outsideTheStandIn, type Provider } from './provider';
import { blockType, type ResourceSchema } from './schema';

export type Kind = 'resources' | 'data_sources' | 'ephemeral_resources';

const KIND_NAMES: Record<Kind, string> = {
  resources: 'resource',
  data_sources: 'data source',
  ephemeral_resources: 'ephemeral resource',
};

/** The types that a provider announces, what handles each, and their values on the wire. */
export class ProviderTypes<S> {
  private readonly types = new Map<ResourceSchema, CtyType>();

  constructor(private readonly provider: Provider<S>) {}

  announced(kind: Kind): Record<string, ResourceSchema> {
    return this.provider.schema[kind];
  }

  private handlers(kind: Kind): Record<string, unknown> {
    const { resources, dataSources, ephemeralResources } = this.provider;
    return { resources, data_sources: dataSources, ephemeral_resources: ephemeralResources }[kind];
  }

  schema(kind: Kind, typeName: string): ResourceSchema {
    const schema = this.announced(kind)[typeName];
    if (!schema || !(typeName in this.handlers(kind))) {
      throw outsideTheStandIn(
        this.provider.name,
        `${KIND_NAMES[kind]} ${typeName}`,
        `it has ${Object.keys(this.handlers(kind)).join(', ')}; leave it out, or deploy with --providers real`,
      );
    }
    return schema;
  }

  resource(typeName: string) {
    this.schema('resources', typeName);
    return this.provider.resources[typeName]!;
  }

  dataSource(typeName: string) {
    this.schema('data_sources', typeName);
    return this.provider.dataSources[typeName]!;
  }

  ephemeralResource(typeName: string) {
    this.schema('ephemeral_resources', typeName);
    return this.provider.ephemeralResources[typeName]!;
  }

  type(schema: ResourceSchema): CtyType {
    let type = this.types.get(schema);
    if (!type) {
      type = blockType(schema.block);
      this.types.set(schema, type);
    }
    return type;
  }

  decode(value: DynamicValue, schema: ResourceSchema): CtyObject | null {
    return decodeCty(value.msgpack!, this.type(schema)) as CtyObject | null;
  }

  encode(value: CtyObject | null, schema: ResourceSchema): DynamicValue {
    return { msgpack: encodeCty(value, this.type(schema)) };
  }
}
