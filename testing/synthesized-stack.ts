import type { Attributes } from './attributes';
import { snapshotOf } from './snapshot';

type BlocksByType = Readonly<Record<string, Readonly<Record<string, Attributes>>>>;

/** A managed resource, with where it stands in the stack. */
export interface AddressedResource {
  /** `azapi_resource.Push_CallingHub_A0298E0A` */
  readonly address: string;
  /** What stands in its block. */
  readonly attributes: Attributes;
}

/** A stack's Terraform JSON, read by kind and type. Made by {@link synthesize}. */
export class SynthesizedStack {
  /** The JSON, parsed. */
  readonly json: Attributes;

  /**
   * @param text the JSON as `cdktf synth` writes it
   * @param warnings what constructs warn of, each `{path of the construct}: {warning}`
   */
  constructor(
    readonly text: string,
    readonly warnings: readonly string[] = [],
  ) {
    this.json = JSON.parse(text) as Attributes;
  }

  /**
   * Managed resources of a type, in the order of their addresses.
   * @param type of Terraform (`azurerm_storage_account`), or of ARM without an api-version
   * (`Microsoft.Communication/communicationServices`) for those that azapi makes
   */
  resources(type: string): Attributes[] {
    return this.addressed(type).map(({ attributes }) => attributes);
  }

  /** The one resource of a type. @throws Error when there is none or more */
  resource(type: string): Attributes {
    return only(this.resources(type), type);
  }

  /** As {@link resources}, each with its address. */
  addressed(type: string): AddressedResource[] {
    const arm = type.includes('/');
    return this.blocks('resource', arm ? 'azapi_resource' : type).filter(
      ({ attributes }) => !arm || armType(attributes).toLowerCase() === type.toLowerCase(),
    );
  }

  /** Data sources of a type, in the order of their addresses. */
  dataSources(type: string): Attributes[] {
    return this.blocks('data', type).map(({ attributes }) => attributes);
  }

  /** The one data source of a type. @throws Error when there is none or more */
  dataSource(type: string): Attributes {
    return only(this.dataSources(type), `data ${type}`);
  }

  /** Ephemeral resources of a type: what they read is in neither plan nor state. */
  ephemerals(type: string): Attributes[] {
    return this.blocks('ephemeral', type).map(({ attributes }) => attributes);
  }

  /** The one ephemeral resource of a type. @throws Error when there is none or more */
  ephemeral(type: string): Attributes {
    return only(this.ephemerals(type), `ephemeral ${type}`);
  }

  /** Blocks of the stack's variables, by name. */
  get variables(): Record<string, Attributes> {
    return (this.json.variable ?? {}) as Record<string, Attributes>;
  }

  /** Blocks of the stack's outputs, by name: their `value` is an expression, known when it is deployed. */
  get outputs(): Record<string, Attributes> {
    return (this.json.output ?? {}) as Record<string, Attributes>;
  }

  /** Terraform's types of all managed resources, each once. */
  get resourceTypes(): string[] {
    return Object.keys((this.json.resource ?? {}) as object).sort();
  }

  /** `azapi_resource.Name` of every managed resource. */
  get addresses(): string[] {
    return this.resourceTypes.flatMap((type) => this.blocks('resource', type).map(({ address }) => address));
  }

  /** The JSON without what differs between machines and between builds of the library: see {@link snapshotOf}. */
  snapshot(): Attributes {
    return snapshotOf(this.json);
  }

  /** The JSON, parsed, for `JSON.stringify` and for matchers of objects. */
  toJSON(): Attributes {
    return this.json;
  }

  private blocks(kind: string, type: string): AddressedResource[] {
    const byName = ((this.json[kind] ?? {}) as BlocksByType)[type] ?? {};
    return Object.keys(byName)
      .sort()
      .map((name) => ({ address: `${type}.${name}`, attributes: byName[name]! }));
  }
}

/** ARM type of an azapi resource, without its api-version. */
export function armType(attributes: Attributes): string {
  return String(attributes.type).split('@')[0]!;
}

function only(found: Attributes[], what: string): Attributes {
  if (found.length !== 1) throw new Error(`expected one ${what}, got ${found.length}`);
  return found[0]!;
}
