import { setMaxListeners } from 'node:events';
import { encodeCty, type CtyObject } from './cty';
import { Diagnostics } from './diagnostics';
import { about, type Subject } from './journal';
import { pathMessage, readPrivate, stateFromJson, writePrivate, type DynamicValue } from './protocol-values';
import { PartiallyApplied, ProviderError, type Provider } from './provider';
import { ProviderTypes, type Kind } from './provider-types';
import { schemaMessage } from './schema';

// Terraform may use one fetched schema for all instances, and plans deletions without asking.
const SERVER_CAPABILITIES = { planDestroy: false, getProviderSchemaOptional: true, moveResourceState: false };

/** The methods of the provider service; each answers one request message with one response message. */
export class ProviderAnswers<S> {
  private session: S | undefined;
  private readonly types: ProviderTypes<S>;
  private readonly diagnostics: Diagnostics;

  constructor(
    private readonly provider: Provider<S>,
    private readonly stop: AbortController,
    log: (message: string) => void,
  ) {
    this.types = new ProviderTypes(provider);
    this.diagnostics = new Diagnostics(provider.name, log);
    // Every request that is under way listens.
    setMaxListeners(0, stop.signal);
  }

  GetMetadata(): object {
    const names = (kind: Kind) => Object.keys(this.types.announced(kind)).map((typeName) => ({ typeName }));
    return {
      serverCapabilities: SERVER_CAPABILITIES,
      resources: names('resources'),
      dataSources: names('data_sources'),
      ephemeralResources: names('ephemeral_resources'),
    };
  }

  GetProviderSchema(): object {
    const messages = (kind: Kind) =>
      Object.fromEntries(
        Object.entries(this.types.announced(kind)).map(([name, schema]) => [name, schemaMessage(schema)]),
      );
    return {
      provider: schemaMessage(this.provider.schema.provider),
      resourceSchemas: messages('resources'),
      dataSourceSchemas: messages('data_sources'),
      ephemeralResourceSchemas: messages('ephemeral_resources'),
      serverCapabilities: SERVER_CAPABILITIES,
      ...(this.provider.refusal && { diagnostics: this.diagnostics.of(this.provider.refusal) }),
    };
  }

  GetResourceIdentitySchemas(): object {
    return {};
  }

  GetFunctions(): object {
    return {};
  }

  ValidateProviderConfig(): object {
    return {};
  }

  ConfigureProvider(request: { config: DynamicValue }): Promise<object> {
    return this.diagnosed(async () => {
      this.session = await this.provider.configure(
        this.types.decode(request.config, this.provider.schema.provider)!,
      );
      return {};
    });
  }

  ValidateResourceConfig(request: { typeName: string; config: DynamicValue }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.types.schema('resources', request.typeName);
      const handler = this.types.resource(request.typeName);
      handler.validate?.(this.types.decode(request.config, schema)!);
      return {};
    });
  }

  ValidateDataResourceConfig(request: { typeName: string }): Promise<object> {
    return this.diagnosed(async () => {
      this.types.dataSource(request.typeName);
      return {};
    });
  }

  ValidateEphemeralResourceConfig(request: { typeName: string }): Promise<object> {
    return this.diagnosed(async () => {
      this.types.ephemeralResource(request.typeName);
      return {};
    });
  }

  UpgradeResourceState(request: {
    typeName: string;
    version: number;
    rawState: DynamicValue;
  }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.types.schema('resources', request.typeName);
      const json = JSON.parse(request.rawState.json!.toString('utf8')) as CtyObject;
      const upgrade = this.provider.upgradeState;
      if (!upgrade && request.version !== schema.version) {
        throw new ProviderError(
          'State of another version',
          `${request.typeName} has state of version ${request.version}, expected ${schema.version}; ` +
            `the stand-in provider upgrades no state, so apply with the real provider first`,
        );
      }
      const raw = upgrade?.(request.typeName, request.version, schema.version, json) ?? json;
      const type = this.types.type(schema);
      return { upgradedState: { msgpack: encodeCty(stateFromJson(raw, type), type) } };
    });
  }

  ReadResource(request: { typeName: string; currentState: DynamicValue; private: Buffer }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.types.schema('resources', request.typeName);
      const state = this.types.decode(request.currentState, schema);
      if (!state) return { newState: this.types.encode(null, schema) };
      about(subjectOf(state));
      const known = readPrivate(request.private);
      const result = await this.types
        .resource(request.typeName)
        .read({ state, private: known }, this.configured(), this.stop.signal);
      return {
        newState: this.types.encode(result?.state ?? null, schema),
        private: writePrivate(result?.private ?? known),
      };
    });
  }

  PlanResourceChange(request: {
    typeName: string;
    priorState: DynamicValue;
    proposedNewState: DynamicValue;
    config: DynamicValue;
    priorPrivate: Buffer;
  }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.types.schema('resources', request.typeName);
      const known = readPrivate(request.priorPrivate);
      const proposed = this.types.decode(request.proposedNewState, schema);
      if (!proposed)
        return { plannedState: this.types.encode(null, schema), plannedPrivate: writePrivate(known) };
      about(subjectOf(proposed));
      const plan = await this.types.resource(request.typeName).plan(
        {
          prior: this.types.decode(request.priorState, schema),
          proposed,
          config: this.types.decode(request.config, schema)!,
          private: known,
        },
        this.configured(),
      );
      return {
        plannedState: this.types.encode(plan.state, schema),
        requiresReplace: (plan.requiresReplace ?? []).map(pathMessage),
        plannedPrivate: writePrivate(plan.private ?? known),
        legacyTypeSystem: this.provider.legacyTypeSystem,
      };
    });
  }

  async ApplyResourceChange(request: {
    typeName: string;
    priorState: DynamicValue;
    plannedState: DynamicValue;
    config: DynamicValue;
    plannedPrivate: Buffer;
  }): Promise<object> {
    const schema = this.types.schema('resources', request.typeName);
    const prior = this.types.decode(request.priorState, schema);
    const known = readPrivate(request.plannedPrivate);
    try {
      const planned = this.types.decode(request.plannedState, schema);
      const handler = this.types.resource(request.typeName);
      const session = this.configured();
      about({ action: planned ? (prior ? 'update' : 'create') : 'delete', ...subjectOf(planned ?? prior!) });
      if (!planned) {
        await handler.delete({ prior: prior! }, session, this.stop.signal);
        return { newState: this.types.encode(null, schema) };
      }
      const config = this.types.decode(request.config, schema)!;
      const applied = prior
        ? await handler.update({ prior, planned, config, private: known }, session, this.stop.signal)
        : await handler.create({ planned, config, private: known }, session, this.stop.signal);
      about(subjectOf(applied.state));
      return {
        newState: this.types.encode(applied.state, schema),
        private: writePrivate(applied.private ?? known),
        legacyTypeSystem: this.provider.legacyTypeSystem,
      };
    } catch (error) {
      // Terraform keeps what it knew, unless the provider knows better.
      const partial = error instanceof PartiallyApplied ? error : undefined;
      return {
        newState: this.types.encode(partial?.state ?? prior, schema),
        private: request.plannedPrivate,
        diagnostics: this.diagnostics.of(partial?.cause ?? error),
        legacyTypeSystem: this.provider.legacyTypeSystem,
      };
    }
  }

  ImportResourceState(request: { typeName: string; id: string }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.types.schema('resources', request.typeName);
      const handler = this.types.resource(request.typeName);
      if (!handler.import) {
        throw new ProviderError(
          'Import not supported',
          `${request.typeName} cannot be imported by the stand-in provider`,
        );
      }
      const state = await handler.import(request.id, this.configured());
      return { importedResources: [{ typeName: request.typeName, state: this.types.encode(state, schema) }] };
    });
  }

  MoveResourceState(request: { sourceTypeName: string; targetTypeName: string }): Promise<object> {
    return this.diagnosed(async () => {
      throw new ProviderError(
        'Move not supported',
        `the stand-in provider cannot move ${request.sourceTypeName} to ${request.targetTypeName}`,
      );
    });
  }

  ReadDataSource(request: { typeName: string; config: DynamicValue }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.types.schema('data_sources', request.typeName);
      const config = this.types.decode(request.config, schema)!;
      const state = await this.types
        .dataSource(request.typeName)
        .read(config, this.configured(), this.stop.signal);
      about(subjectOf(state));
      return { state: this.types.encode(state, schema) };
    });
  }

  OpenEphemeralResource(request: { typeName: string; config: DynamicValue }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.types.schema('ephemeral_resources', request.typeName);
      const config = this.types.decode(request.config, schema)!;
      const result = await this.types
        .ephemeralResource(request.typeName)
        .open(config, this.configured(), this.stop.signal);
      about(subjectOf(result));
      return { result: this.types.encode(result, schema) };
    });
  }

  RenewEphemeralResource(): object {
    return {};
  }

  CloseEphemeralResource(): object {
    return {};
  }

  StopProvider(): object {
    this.stop.abort();
    return { Error: '' };
  }

  private async diagnosed(answer: () => Promise<object>): Promise<object> {
    try {
      return await answer();
    } catch (error) {
      return { diagnostics: this.diagnostics.of(error) };
    }
  }

  private configured(): S {
    if (this.session === undefined) {
      throw new ProviderError(
        'Provider not configured',
        `${this.provider.name} was called before it was configured`,
      );
    }
    return this.session;
  }
}

/** What the journal notes of a state: attributes that are known. */
function subjectOf({ id, type }: CtyObject): Subject {
  return { ...(typeof id === 'string' && { id }), ...(typeof type === 'string' && { armType: type }) };
}
