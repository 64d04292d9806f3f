import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASSUMPTIONS } from '../../judges/live/assumptions';
import { assumptionsTable } from './assumptions-table';
import { costTables, scaleTable } from './cost-table';
import { Declarations, type PropsInterface } from './declarations';
import { readPriceList } from './price-list';
import { propsIndex } from './props-index';
import { propsTable, type Places } from './props-table';
import { regionsOf, writeRegions, type Region } from './regions';

const PROPS_INDEX = 'docs/props.md';

/** Has an anchor for each export: its name in small letters. */
const REFERENCE = 'API.md';

/** The pages of a project whose tables are made of its sources and of its price list. */
export class Pages {
  readonly declarations: Declarations;
  /** Pages by the interface whose table they have. */
  readonly places: Places;
  private readonly texts: ReadonlyMap<string, string>;
  /** The same, and the reference for all other exports. */
  private readonly described: Places;

  constructor(project: string) {
    this.declarations = new Declarations(project);
    const paths = readdirSync(join(project, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`)
      .sort();
    this.texts = new Map(paths.map((path) => [path, readFileSync(join(project, path), 'utf8')]));
    this.places = new Map(
      [...this.texts].flatMap(([path, text]) =>
        regionsOf(text)
          .filter(({ kind }) => kind === 'props')
          .map(({ name }) => [name, path] as const),
      ),
    );
    const exported = this.declarations.exportedNames().map((name) => [name, REFERENCE] as const);
    this.described = new Map([...exported, ...this.places]);
  }

  /** Each page by its path, as it is. */
  get current(): ReadonlyMap<string, string> {
    return this.texts;
  }

  /** The same as they have to be. */
  made(): ReadonlyMap<string, string> {
    const prices = readPriceList(this.texts.get('docs/costs.md') ?? '');
    const contentOf = (path: string, { kind, name }: Region): string => {
      if (kind === 'props') return propsTable(this.interfaceOf(name), path, this.described);
      if (kind === 'cost') return name === 'scale' ? scaleTable(prices) : costTables(name, prices);
      if (kind === 'index' && name === 'props')
        return propsIndex(this.interfaces(), PROPS_INDEX, this.places);
      const assumptions = kind === 'assumptions' ? ASSUMPTIONS[name] : undefined;
      if (assumptions) return assumptionsTable(assumptions);
      throw new Error(
        `${path} has a region ${kind}:${name}, and nothing writes that: use props, cost, assumptions or index:props`,
      );
    };
    return new Map(
      [...this.texts].map(([path, text]) => [path, writeRegions(text, (region) => contentOf(path, region))]),
    );
  }

  private interfaces(): PropsInterface[] {
    return [...this.places.keys()].map((name) => this.interfaceOf(name));
  }

  private interfaceOf(name: string): PropsInterface {
    const found = this.declarations.interfaceOf(name);
    if (!found)
      throw new Error(
        `${this.places.get(name)} has a table of ${name}, and constructs/ declares no such interface: correct the name`,
      );
    return found;
  }
}
