import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import {
  credentials,
  loadPackageDefinition,
  type Client,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { AzureTransport } from '../../terraform/azure-transport';
import { azapiProvider } from '../../terraform/azapi';
import { serveConnection } from '../../terraform/plugin-protocol';

type Call = (request: object, done: (error: Error | null, answer: Record<string, any>) => void) => any;

const PROTOCOL = join(__dirname, '../../terraform/protocol/tfplugin6.proto');

describe('calls of newer versions of Terraform', () => {
  let server: Server;
  let client: Client;
  const transport = new AzureTransport({});

  beforeAll(async () => {
    const definition = loadPackageDefinition(
      loadSync(PROTOCOL, { longs: Number, defaults: true, enums: String }),
    ) as unknown as { tfplugin6: { Provider: ServiceClientConstructor } };
    const provider = azapiProvider({}, transport);
    server = createServer((socket) => serveConnection(provider, socket, () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = new definition.tfplugin6.Provider(`127.0.0.1:${port}`, credentials.createInsecure());
  });

  afterAll(async () => {
    client.close();
    transport.close();
    await new Promise((resolve) => server.close(resolve));
  });

  const method = (name: string) => (client as unknown as Record<string, Call>)[name]!.bind(client);
  const ask = (name: string, request: object = {}) =>
    new Promise<Record<string, any>>((resolve, reject) =>
      method(name)(request, (error, answer) => (error ? reject(error) : resolve(answer))),
    );
  const events = (name: string, request: object) =>
    new Promise<Record<string, any>[]>((resolve, reject) => {
      const seen: Record<string, any>[] = [];
      const call = method(name)(request, () => {});
      call.on('data', (event: Record<string, any>) => seen.push(event));
      call.on('error', reject);
      call.on('end', () => resolve(seen));
    });
  const refused = (call: string, what: string) =>
    expect.objectContaining({
      severity: 'ERROR',
      detail: expect.stringContaining(
        `${call}: ${what} azapi_resource_action is refused by the stand-in azapi provider`,
      ),
    });

  it.each([
    ['UpgradeResourceIdentity', 'the identity of resource'],
    ['GenerateResourceConfig', 'a generated configuration of resource'],
    ['ValidateListResourceConfig', 'list resource'],
    ['ValidateActionConfig', 'action'],
    ['PlanAction', 'action'],
    ['ValidateStateStoreConfig', 'state store'],
    ['ConfigureStateStore', 'state store'],
    ['LockState', 'state store'],
    ['UnlockState', 'state store'],
    ['GetStates', 'state store'],
    ['DeleteState', 'state store'],
  ])('%s is refused with the name of the %s', async (call, what) => {
    const { diagnostics } = await ask(call, { name: 'azapi_resource_action' });
    expect(diagnostics).toEqual([refused(call, what)]);
  });

  it('a list, an invoked action and a read state end with what was refused', async () => {
    const asked = { name: 'azapi_resource_action' };
    expect(await events('ListResource', asked)).toEqual([
      { diagnostics: [refused('ListResource', 'list resource')] },
    ]);
    expect(await events('ReadStateBytes', asked)).toEqual([
      { diagnostics: [refused('ReadStateBytes', 'state store')] },
    ]);
    expect(await events('InvokeAction', asked)).toEqual([
      { completed: { diagnostics: [refused('InvokeAction', 'action')] } },
    ]);
  });

  it('a written state and a function are refused too', async () => {
    const written = await new Promise<Record<string, any>>((resolve, reject) => {
      const call = (client as unknown as Record<string, any>)['WriteStateBytes']!(
        (error: Error | null, answer: Record<string, any>) => (error ? reject(error) : resolve(answer)),
      );
      call.write({ meta: { name: 'azapi_resource_action' } });
      call.end();
    });
    expect(written['diagnostics']).toEqual([refused('WriteStateBytes', 'state store')]);
    const { error } = await ask('CallFunction', { name: 'build_resource_id' });
    expect(error.text).toContain('CallFunction: function build_resource_id is refused');
  });

  it('nothing is announced that is refused, and a type that is not played is refused by name', async () => {
    const metadata = await ask('GetMetadata');
    const schema = await ask('GetProviderSchema');
    const named = (list: { typeName: string }[]) => list.map(({ typeName }) => typeName).sort();
    expect(named(metadata['resources'])).toEqual(Object.keys(schema['resourceSchemas']).sort());
    expect(named(metadata['dataSources'])).toEqual(Object.keys(schema['dataSourceSchemas']).sort());
    const { diagnostics } = await ask('ValidateResourceConfig', { typeName: 'azapi_data_plane_resource' });
    expect(diagnostics).toEqual([
      expect.objectContaining({
        detail: expect.stringContaining(
          'resource azapi_data_plane_resource is refused by the stand-in azapi provider, which does not send it: it has ' +
            'azapi_resource, azapi_resource_action, azapi_update_resource; leave it out, or deploy with --providers real',
        ),
      }),
    ]);
  });
});
