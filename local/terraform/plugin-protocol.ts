import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { decodeCty, Dynamic, encodeCty, type CtyObject, type CtyType, type CtyValue } from './cty';
import {
  outsideTheStandIn,
  PartiallyApplied,
  ProviderError,
  ProviderErrors,
  type Path,
  type PrivateState,
  type Provider,
} from './provider';
import { refusedCalls } from './refused-calls';
import { blockType, schemaMessage, type ResourceSchema } from './schema';

interface DynamicValue {
  msgpack?: Buffer;
  json?: Buffer;
}

type Answer = (request: Record<string, never>) => object | Promise<object>;

const definition = loadPackageDefinition(
  loadSync(
    ['tfplugin6.proto', 'go-plugin.proto', 'health.proto'].map((file) => join(__dirname, 'protocol', file)),
    { longs: Number, defaults: true, enums: String },
  ),
) as unknown as {
  tfplugin6: { Provider: ServiceClientConstructor };
  plugin: { GRPCController: ServiceClientConstructor };
  grpc: { health: { v1: { Health: ServiceClientConstructor } } };
};

/**
 * Serves one connection of Terraform. Each connection is one configured instance of the provider, so that runs
 * of Terraform side by side, and aliases within one run, never share a configuration.
 */
export function serveConnection<S>(
  provider: Provider<S>,
  connection: Duplex,
  log: (message: string) => void,
): void {
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  const stop = new AbortController();
  const answers = new ProviderAnswers(provider, stop, log);
  const refused = refusedCalls(provider.name);
  const answered = Object.keys(definition.tfplugin6.Provider.service).filter(
    (method) => !(method in refused),
  );
  server.addService(definition.tfplugin6.Provider.service, {
    ...refused,
    ...Object.fromEntries(
      answered.map((method) => [
        method,
        unary((request) => {
          const answer = (answers as unknown as Record<string, Answer>)[method];
          if (!answer) throw new Error(`no answer for ${method}`);
          return answer.call(answers, request);
        }),
      ]),
    ),
  });
  server.addService(definition.grpc.health.v1.Health.service, {
    Check: unary(() => ({ status: 'SERVING' })),
  });
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  server.addService(definition.plugin.GRPCController.service, {
    // The process serves other runs too: only this connection ends.
    Shutdown: unary(() => {
      stop.abort();
      return {};
    }),
  });
  connection.on('close', () => {
    stop.abort();
    server.forceShutdown();
  });
  connection.on('error', () => connection.destroy());
  injector.injectConnection(connection);
}

function unary(answer: Answer) {
  return (call: ServerUnaryCall<Record<string, never>, object>, callback: sendUnaryData<object>) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback({ code: status.INTERNAL, details: textOf(error) }),
      );
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Kind = 'resources' | 'data_sources' | 'ephemeral_resources';

const KIND_NAMES: Record<Kind, string> = {
  resources: 'resource',
  data_sources: 'data source',
  ephemeral_resources: 'ephemeral resource',
};

/** The methods of the provider service; each answers one request message with one response message. */
class ProviderAnswers<S> {
  private session: S | undefined;
  private readonly types = new Map<ResourceSchema, CtyType>();

  constructor(
    private readonly provider: Provider<S>,
    private readonly stop: AbortController,
    private readonly log: (message: string) => void,
  ) {
    // Every request that is under way listens.
    setMaxListeners(0, stop.signal);
  }

  GetMetadata(): object {
    const names = (kind: Kind) => Object.keys(this.announced(kind)).map((typeName) => ({ typeName }));
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
        Object.entries(this.announced(kind)).map(([name, schema]) => [name, schemaMessage(schema)]),
      );
    return {
      provider: schemaMessage(this.provider.schema.provider),
      resourceSchemas: messages('resources'),
      dataSourceSchemas: messages('data_sources'),
      ephemeralResourceSchemas: messages('ephemeral_resources'),
      serverCapabilities: SERVER_CAPABILITIES,
      ...(this.provider.refusal && { diagnostics: [this.diagnostic(this.provider.refusal)] }),
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
        this.decode(request.config, this.provider.schema.provider)!,
      );
      return {};
    });
  }

  ValidateResourceConfig(request: { typeName: string; config: DynamicValue }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.schema('resources', request.typeName);
      const handler = this.resource(request.typeName);
      handler.validate?.(this.decode(request.config, schema)!);
      return {};
    });
  }

  ValidateDataResourceConfig(request: { typeName: string }): Promise<object> {
    return this.diagnosed(async () => {
      this.dataSource(request.typeName);
      return {};
    });
  }

  ValidateEphemeralResourceConfig(request: { typeName: string }): Promise<object> {
    return this.diagnosed(async () => {
      this.ephemeralResource(request.typeName);
      return {};
    });
  }

  UpgradeResourceState(request: {
    typeName: string;
    version: number;
    rawState: DynamicValue;
  }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.schema('resources', request.typeName);
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
      const type = this.type(schema);
      return { upgradedState: { msgpack: encodeCty(stateFromJson(raw, type), type) } };
    });
  }

  ReadResource(request: { typeName: string; currentState: DynamicValue; private: Buffer }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.schema('resources', request.typeName);
      const state = this.decode(request.currentState, schema);
      if (!state) return { newState: this.encode(null, schema) };
      const known = readPrivate(request.private);
      const result = await this.resource(request.typeName).read(
        { state, private: known },
        this.configured(),
        this.stop.signal,
      );
      return {
        newState: this.encode(result?.state ?? null, schema),
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
      const schema = this.schema('resources', request.typeName);
      const known = readPrivate(request.priorPrivate);
      const proposed = this.decode(request.proposedNewState, schema);
      if (!proposed) return { plannedState: this.encode(null, schema), plannedPrivate: writePrivate(known) };
      const plan = await this.resource(request.typeName).plan(
        {
          prior: this.decode(request.priorState, schema),
          proposed,
          config: this.decode(request.config, schema)!,
          private: known,
        },
        this.configured(),
      );
      return {
        plannedState: this.encode(plan.state, schema),
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
    const schema = this.schema('resources', request.typeName);
    const prior = this.decode(request.priorState, schema);
    const known = readPrivate(request.plannedPrivate);
    try {
      const planned = this.decode(request.plannedState, schema);
      const handler = this.resource(request.typeName);
      const session = this.configured();
      if (!planned) {
        await handler.delete({ prior: prior! }, session, this.stop.signal);
        return { newState: this.encode(null, schema) };
      }
      const config = this.decode(request.config, schema)!;
      const applied = prior
        ? await handler.update({ prior, planned, config, private: known }, session, this.stop.signal)
        : await handler.create({ planned, config, private: known }, session, this.stop.signal);
      return {
        newState: this.encode(applied.state, schema),
        private: writePrivate(applied.private ?? known),
        legacyTypeSystem: this.provider.legacyTypeSystem,
      };
    } catch (error) {
      // Terraform keeps what it knew, unless the provider knows better.
      const partial = error instanceof PartiallyApplied ? error : undefined;
      return {
        newState: this.encode(partial?.state ?? prior, schema),
        private: request.plannedPrivate,
        diagnostics: [this.diagnostic(partial?.cause ?? error)],
        legacyTypeSystem: this.provider.legacyTypeSystem,
      };
    }
  }

  ImportResourceState(request: { typeName: string; id: string }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.schema('resources', request.typeName);
      const handler = this.resource(request.typeName);
      if (!handler.import) {
        throw new ProviderError(
          'Import not supported',
          `${request.typeName} cannot be imported by the stand-in provider`,
        );
      }
      const state = await handler.import(request.id, this.configured());
      return { importedResources: [{ typeName: request.typeName, state: this.encode(state, schema) }] };
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
      const schema = this.schema('data_sources', request.typeName);
      const config = this.decode(request.config, schema)!;
      const state = await this.dataSource(request.typeName).read(config, this.configured(), this.stop.signal);
      return { state: this.encode(state, schema) };
    });
  }

  OpenEphemeralResource(request: { typeName: string; config: DynamicValue }): Promise<object> {
    return this.diagnosed(async () => {
      const schema = this.schema('ephemeral_resources', request.typeName);
      const config = this.decode(request.config, schema)!;
      const result = await this.ephemeralResource(request.typeName).open(
        config,
        this.configured(),
        this.stop.signal,
      );
      return { result: this.encode(result, schema) };
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
      return { diagnostics: this.diagnostics(error) };
    }
  }

  private diagnostics(error: unknown): object[] {
    return error instanceof ProviderErrors
      ? error.errors.map((each) => this.diagnostic(each))
      : [this.diagnostic(error)];
  }

  private diagnostic(error: unknown): object {
    if (error instanceof ProviderError) {
      return { severity: 'ERROR', summary: error.summary, detail: error.message };
    }
    this.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return {
      severity: 'ERROR',
      summary: `Error in the stand-in ${this.provider.name} provider`,
      detail: textOf(error),
    };
  }

  private announced(kind: Kind): Record<string, ResourceSchema> {
    return this.provider.schema[kind];
  }

  private handlers(kind: Kind): Record<string, unknown> {
    const { resources, dataSources, ephemeralResources } = this.provider;
    return { resources, data_sources: dataSources, ephemeral_resources: ephemeralResources }[kind];
  }

  private schema(kind: Kind, typeName: string): ResourceSchema {
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

  private resource(typeName: string) {
    this.schema('resources', typeName);
    return this.provider.resources[typeName]!;
  }

  private dataSource(typeName: string) {
    this.schema('data_sources', typeName);
    return this.provider.dataSources[typeName]!;
  }

  private ephemeralResource(typeName: string) {
    this.schema('ephemeral_resources', typeName);
    return this.provider.ephemeralResources[typeName]!;
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

  private type(schema: ResourceSchema): CtyType {
    let type = this.types.get(schema);
    if (!type) {
      type = blockType(schema.block);
      this.types.set(schema, type);
    }
    return type;
  }

  private decode(value: DynamicValue, schema: ResourceSchema): CtyObject | null {
    return decodeCty(value.msgpack!, this.type(schema)) as CtyObject | null;
  }

  private encode(value: CtyObject | null, schema: ResourceSchema): DynamicValue {
    return { msgpack: encodeCty(value, this.type(schema)) };
  }
}

// Terraform may use one fetched schema for all instances, and plans deletions without asking.
const SERVER_CAPABILITIES = { planDestroy: false, getProviderSchemaOptional: true, moveResourceState: false };

function pathMessage(path: Path): object {
  return {
    steps: path.map((step) => (typeof step === 'number' ? { elementKeyInt: step } : { attributeName: step })),
  };
}

function readPrivate(bytes: Buffer | undefined): PrivateState {
  return bytes && bytes.length > 0 ? (JSON.parse(bytes.toString('utf8')) as PrivateState) : {};
}

function writePrivate(value: PrivateState): Buffer {
  return Object.keys(value).length > 0 ? Buffer.from(JSON.stringify(value)) : Buffer.alloc(0);
}

/** State files hold dynamic values as `{type, value}`; everything else is plain JSON. */
function stateFromJson(json: unknown, type: CtyType): CtyValue {
  if (json === null || json === undefined) return null;
  if (type === 'dynamic') {
    const { type: inner, value } = json as { type: CtyType; value: unknown };
    return new Dynamic(inner, stateFromJson(value, inner));
  }
  if (typeof type === 'string') return json as CtyValue;
  if (type[0] === 'list' || type[0] === 'set') {
    const element = type[1];
    return (json as unknown[]).map((item) => stateFromJson(item, element));
  }
  if (type[0] === 'tuple') {
    const elements = type[1];
    return (json as unknown[]).map((item, index) => stateFromJson(item, elements[index]!));
  }
  const entries = Object.entries(json as Record<string, unknown>);
  if (type[0] === 'map') {
    const element = type[1];
    return Object.fromEntries(entries.map(([key, item]) => [key, stateFromJson(item, element)]));
  }
  // Attributes that the schema no longer has are dropped, as Terraform's SDKs do.
  const attributes = type[1] as Record<string, CtyType>;
  return Object.fromEntries(
    entries
      .filter(([name]) => name in attributes)
      .map(([name, item]) => [name, stateFromJson(item, attributes[name]!)]),
  );
}
