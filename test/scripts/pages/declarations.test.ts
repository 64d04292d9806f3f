import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Declarations } from '../../../scripts/pages/declarations';

const SOURCES: Readonly<Record<string, string>> = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: { module: 'node16', strict: true, types: [], lib: ['es2022'] },
  }),
  'node_modules/framework/index.d.ts': `
    export interface MetaArguments { dependsOn?: string[] }
    export class Construct { constructor(scope: Construct, id: string) }`,
  'constructs/hub.ts': `
    import { Construct, type MetaArguments } from 'framework';
    export type Tier = 'Free' | 'Basic';
    export type Region = 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g';
    export const SIZES = [512, 2048] as const;
    export const EVENTS = { calls: 1, messages: 2 };
    export interface Named {
      /** What {@link Hub} is called. */
      readonly name: string;
    }
    /** A hub's. */
    export interface HubProps extends Named, MetaArguments {
      /**
       * Paid for.
       * @default 'Basic'
       */
      readonly tier?: Tier;
      readonly region?: Region;
      readonly size?: (typeof SIZES)[number];
      readonly ready?: Readonly<Partial<Record<keyof typeof EVENTS, number>>>;
      readonly policies: readonly { readonly /** of it */ id: string }[];
      bind(): void;
    }
    interface Inner { readonly only?: boolean }
    abstract class Base extends Construct { protected readonly inner?: Inner }
    export class Hub extends Base {}
    export abstract class AnyHub extends Base {}
    export class Credential { private constructor() {} }
    export class Metric {}`,
  'constructs/index.ts': "export * from './hub';",
};

let project: string;
let declarations: Declarations;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'declarations-'));
  for (const [path, text] of Object.entries(SOURCES)) {
    mkdirSync(join(project, path, '..'), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  declarations = new Declarations(project);
});

afterAll(() => rmSync(project, { recursive: true }));

test("props are an interface's own and inherited ones, with type, default and words; methods are none", () => {
  expect(declarations.interfaceOf('HubProps')).toEqual({
    name: 'HubProps',
    text: "A hub's.",
    metaArguments: true,
    props: [
      { name: 'tier', type: "'Free' | 'Basic'", optional: true, default: "'Basic'", text: 'Paid for.' },
      { name: 'region', type: 'Region', optional: true, text: '' },
      { name: 'size', type: '512 | 2048', optional: true, text: '' },
      { name: 'ready', type: '{ calls?, messages?: number }', optional: true, text: '' },
      { name: 'policies', type: '{ id: string }[]', optional: false, text: '' },
      { name: 'name', type: 'string', optional: false, text: 'What `Hub` is called.' },
    ],
  });
});

test('an interface need not be exported; one that is not there is none', () => {
  expect(declarations.interfaceOf('Inner')!.props.map(({ name }) => name)).toEqual(['only']);
  expect(declarations.interfaceOf('Outer')).toBeUndefined();
  expect(declarations.exportedInterfaces()).toEqual(['Named', 'HubProps']);
});

test('classes are told apart: constructs, values, and what nobody makes with new', () => {
  expect(
    declarations
      .exportedClasses()
      .map(({ name, isConstruct, canBeMade }) => ({ name, isConstruct, canBeMade })),
  ).toEqual([
    { name: 'Hub', isConstruct: true, canBeMade: true },
    { name: 'AnyHub', isConstruct: true, canBeMade: false },
    { name: 'Credential', isConstruct: false, canBeMade: false },
    { name: 'Metric', isConstruct: false, canBeMade: true },
  ]);
});
