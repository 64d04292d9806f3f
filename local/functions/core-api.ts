import Module from 'node:module';

/**
 * `@azure/functions-core` exists in no registry: the Functions worker hands it to the app. This is the part of
 * it that the v4 programming model uses.
 */

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

export interface BindingInfo {
  readonly type: string;
  readonly direction?: 'in' | 'out' | 'inout';
  readonly [property: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, BindingInfo>>;
}

export type FunctionCallback = (...args: unknown[]) => unknown;

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

export interface CoreInvocation {
  readonly hostVersion: string;
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: {
    readonly invocationId: string;
    readonly inputData: readonly { readonly name: string; readonly data: Record<string, unknown> }[];
    readonly triggerMetadata: Readonly<Record<string, unknown>>;
    readonly traceContext: null;
    readonly retryContext: null;
  };
  state: 'default' | 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: LogLevel, category: 'user' | 'system', message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(
    context: unknown,
    result: unknown,
  ): Promise<{ returnValue?: { http?: RpcHttp } | null; outputData?: unknown }>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(invocation: CoreInvocation): InvocationModel;
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export interface RpcHttp {
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly bytes?: Uint8Array; readonly string?: string };
}

type Hook = (context: unknown) => unknown;

const HOST_VERSION = '4.1040.0';
/** Category of what belongs to no run of a function. */
const WORKER = 'Worker';

/** Keeps what an app registers while its code loads, and runs its hooks. */
export class CoreApi {
  readonly functions = new Map<string, RegisteredFunction>();
  model: ProgrammingModel | undefined;
  private readonly hooks = new Map<string, Hook[]>();

  /** @param log writes a line of a category, as `host.json` names them */
  constructor(private readonly log: (level: LogLevel, message: string, category: string) => void) {}

  /** Makes `require('@azure/functions-core')` answer with this, for every module of the process. */
  install(): void {
    const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
    const load = loader._load;
    const exported = this.exports();
    loader._load = function (this: unknown, request: string, ...rest: unknown[]) {
      return request === '@azure/functions-core' ? exported : load.call(this, request, ...rest);
    };
  }

  async runHooks(name: string, context: object): Promise<void> {
    for (const hook of this.hooks.get(name) ?? []) await hook(context);
  }

  invocation(
    registered: RegisteredFunction,
    invocationId: string,
    input: { name: string; data: Record<string, unknown> },
    triggerMetadata: Record<string, unknown>,
  ): CoreInvocation {
    return {
      hostVersion: HOST_VERSION,
      invocationId,
      metadata: registered.metadata,
      request: { invocationId, inputData: [input], triggerMetadata, traceContext: null, retryContext: null },
      state: 'default',
      log: (level, category, message) => {
        const { name } = registered.metadata;
        this.log(level, message, category === 'user' ? `Function.${name}.User` : `Function.${name}`);
      },
    };
  }

  private exports() {
    return {
      version: '1.0.0',
      hostVersion: HOST_VERSION,
      setProgrammingModel: (model: ProgrammingModel) => void (this.model = model),
      getProgrammingModel: () => this.model,
      registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => {
        if (this.functions.has(metadata.name)) {
          throw new Error(`function '${metadata.name}' is registered twice`);
        }
        this.functions.set(metadata.name, { metadata, callback });
        return { dispose: () => this.functions.delete(metadata.name) };
      },
      registerHook: (name: string, hook: Hook) => {
        const hooks = this.hooks.get(name) ?? [];
        this.hooks.set(name, [...hooks, hook]);
        return {
          dispose: () =>
            this.hooks.set(
              name,
              (this.hooks.get(name) ?? []).filter((h) => h !== hook),
            ),
        };
      },
      log: (level: LogLevel, _category: string, message: string) => this.log(level, message, WORKER),
    };
  }
}
