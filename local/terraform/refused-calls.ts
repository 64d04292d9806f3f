import type {
  sendUnaryData,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Provider } from './provider';

interface Asked {
  readonly name: string;
}

/** What each newer call of the plugin protocol is for, and how its answer says that it is refused. */
const CALLS: Readonly<Record<string, readonly [what: string, answer?: (diagnostic: Diagnostic) => object]>> =
  {
    UpgradeResourceIdentity: ['the identity of resource'],
    GenerateResourceConfig: ['a generated configuration of resource'],
    ValidateListResourceConfig: ['list resource'],
    ListResource: ['list resource'],
    CallFunction: ['function', ({ detail }) => ({ error: { text: detail } })],
    ValidateActionConfig: ['action'],
    PlanAction: ['action'],
    InvokeAction: ['action', (diagnostic) => ({ completed: { diagnostics: [diagnostic] } })],
    ValidateStateStoreConfig: ['state store'],
    ConfigureStateStore: ['state store'],
    ReadStateBytes: ['state store'],
    WriteStateBytes: ['state store'],
    LockState: ['state store'],
    UnlockState: ['state store'],
    GetStates: ['state store'],
    DeleteState: ['state store'],
  };

interface Diagnostic {
  readonly severity: 'ERROR';
  readonly summary: string;
  readonly detail: string;
}

/**
 * Answers to calls that newer versions of Terraform make of providers which announce lists, actions, functions or state
 * stores. The stand-ins announce none, so nobody should ask; whoever does is told which call and which type it was.
 */
export function refusedCalls(provider: Provider<unknown>['name']): UntypedServiceImplementation {
  const answer = (call: string, name: string) => {
    const [what, shaped] = CALLS[call]!;
    const diagnostic: Diagnostic = {
      severity: 'ERROR',
      summary: 'Outside the stand-in provider',
      detail:
        `${call}: ${what} ${name} is refused by the stand-in ${provider} provider, which plays resources, data sources and ` +
        'ephemeral resources alone: leave it out, or deploy with --providers real',
    };
    return shaped?.(diagnostic) ?? { diagnostics: [diagnostic] };
  };
  const whole = (call: string) => (asked: ServerUnaryCall<Asked, object>, done: sendUnaryData<object>) =>
    done(null, answer(call, asked.request.name));
  const streaming = (call: string) => (asked: ServerWritableStream<Asked, object>) => {
    asked.write(answer(call, asked.request.name));
    asked.end();
  };
  const streamed =
    (call: string) =>
    (asked: ServerReadableStream<{ meta: Asked | null }, object>, done: sendUnaryData<object>) => {
      let name = '';
      asked.on('data', ({ meta }: { meta: Asked | null }) => (name ||= meta?.name ?? ''));
      asked.on('end', () => done(null, answer(call, name)));
    };
  const streams = ['ListResource', 'InvokeAction', 'ReadStateBytes'];
  return Object.fromEntries(
    Object.keys(CALLS).map((call) => [
      call,
      call === 'WriteStateBytes' ? streamed(call) : streams.includes(call) ? streaming(call) : whole(call),
    ]),
  ) as UntypedServiceImplementation;
}
