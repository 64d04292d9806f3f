import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import type { LocalAzure } from '../../azure';
import { arm, resourceClient } from '../support/clients';
import { GROUP } from '../support/harness';

const LOCAL = join(__dirname, '../..');
const ID = `${GROUP}/providers/Microsoft.ServiceBus/namespaces/sb-contoso`;
const VERSION = '2024-01-01';

/** The files of the page, by their path; an existing one with its line at the end. */
function filesOfThePage(): Map<string, string> {
  const page = readFileSync(join(LOCAL, 'README.md'), 'utf8');
  const section = /^## Adding a resource type\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(page)![1]!;
  const blocks = [...section.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)];
  return new Map(blocks.map(([, path, code]) => [join(LOCAL, path!), code!]));
}

const [service, list] = [...filesOfThePage()] as [[string, string], [string, string]];

/** What the code exports, as if it were the file. */
function load([path, code]: [string, string], known: Readonly<Record<string, unknown>> = {}): object {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  const { outputText } = ts.transpileModule(code, { compilerOptions });
  const requireThere = createRequire(path);
  const exports = {};
  new Function('exports', 'require', outputText)(
    exports,
    (name: string) => known[name] ?? (requireThere(name) as unknown),
  );
  return exports;
}

test('the page is a file and a line', () => {
  expect(service[0]).toBe(join(LOCAL, 'azure/services/service-bus/index.ts'));
  expect(list[0]).toBe(join(LOCAL, 'azure/services/independent.ts'));
  expect(list[1].trim().split('\n')).toHaveLength(1);
});

test('both compile', () => {
  const files = new Map([service, [list[0], readFileSync(list[0], 'utf8') + list[1]]]);
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    lib: ['lib.es2023.d.ts', 'lib.es2024.string.d.ts'],
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    esModuleInterop: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const program = ts.createProgram({
    rootNames: [...files.keys()],
    options,
    host: {
      ...host,
      fileExists: (path) => files.has(path) || fileExists(path),
      readFile: (path) => files.get(path) ?? readFile(path),
      getSourceFile: (path, version, ...rest) =>
        files.has(path)
          ? ts.createSourceFile(path, files.get(path)!, version, true)
          : getSourceFile(path, version, ...rest),
      directoryExists: undefined as never,
    },
  });
  const problems = [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
});

describe('with them, local Azure', () => {
  let azure: LocalAzure;

  beforeAll(async () => {
    // What was loaded before knows the list as it is.
    jest.resetModules();
    const added = load(list, { './service-bus': load(service) });
    const others = jest.requireActual<object>('../../azure/services/independent');
    jest.doMock('../../azure/services/independent', () =>
      Object.defineProperty({ ...others, ...added }, '__esModule', { value: true }),
    );
    const { startLocalAzure } = jest.requireActual<typeof import('../../azure')>('../../azure');
    azure = await startLocalAzure();
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
  });
  afterAll(() => azure?.close());

  const put = (id: string, body: object) => arm(azure, 'PUT', id, VERSION, body);

  test('keeps the new type, with what Azure adds', async () => {
    const sent = { location: 'West Europe', tags: { team: 'a' }, sku: { name: 'Standard' } };
    expect(await put(ID, sent)).toMatchObject({ status: 200 });
    expect((await arm(azure, 'GET', ID, VERSION)).json).toEqual({
      id: ID,
      name: 'sb-contoso',
      type: 'Microsoft.ServiceBus/namespaces',
      location: 'westeurope',
      tags: { team: 'a' },
      sku: { name: 'Standard' },
      properties: {
        serviceBusEndpoint: 'https://sb-contoso.servicebus.windows.net:443/',
        status: 'Active',
        provisioningState: 'Succeeded',
      },
    });
    expect(await arm(azure, 'DELETE', ID, VERSION)).toMatchObject({ status: 200 });
    expect(await arm(azure, 'GET', ID, VERSION)).toMatchObject({ status: 404 });
  });

  test.each([
    ['a name out of rule', ID.replace('sb-contoso', 'sb'), { location: 'westeurope' }, 'InvalidResourceName'],
    ['no location', ID, {}, 'LocationRequired'],
  ])('refuses %s', async (_, id, body, code) => {
    expect(await put(id, body)).toMatchObject({ status: 400, json: { error: { code } } });
  });

  test('has its resource provider in the list', async () => {
    const { resourceTypes } = await resourceClient(azure).providers.get('Microsoft.ServiceBus');
    expect(resourceTypes).toMatchObject([
      { resourceType: 'namespaces', apiVersions: ['2021-11-01', VERSION] },
    ]);
    const listed: string[] = [];
    for await (const { namespace } of resourceClient(azure).providers.list()) listed.push(namespace!);
    expect(listed).toContain('Microsoft.ServiceBus');
    expect(listed).toContain('Microsoft.Communication');
  });
});
