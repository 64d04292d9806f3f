/** A part of a page that a program writes: `<!-- props:HubProps -->` … `<!-- /props -->`. */
export interface Region {
  /** Which program: `props`, `cost`. */
  readonly kind: string;
  /** What of: the name of an interface, of a page. */
  readonly name: string;
}

const REGION = /<!-- ([a-z]+):([A-Za-z0-9-]+) -->\n[\s\S]*?<!-- \/\1 -->/g;

export function regionsOf(markdown: string): Region[] {
  return [...markdown.matchAll(REGION)].map(([, kind, name]) => ({ kind: kind!, name: name! }));
}

/** The page with its regions written anew. */
export function writeRegions(markdown: string, contentOf: (region: Region) => string): string {
  return markdown.replace(
    REGION,
    (_, kind: string, name: string) =>
      `<!-- ${kind}:${name} -->\n\n${contentOf({ kind, name }).trim()}\n\n<!-- /${kind} -->`,
  );
}
