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
import type { Provider } from './provider';
import { textOf } from './diagnostics';
import { kept, type Journal } from './journal';
import { ProviderAnswers } from './provider-answers';
import { refusedCalls } from './refused-calls';

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
  journal?: Journal,
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
          const { typeName = '' } = request as { typeName?: string };
          return kept(journal, { provider: provider.name, call: method, typeName }, () =>
            answer.call(answers, request),
          );
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
