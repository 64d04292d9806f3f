import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { anchorOf } from '../../scripts/pages/anchors';
import { ROOT } from './markdown';

/** A link of a document to something in the project. */
export interface Link {
  /** As it is written. */
  readonly text: string;
  /** Path that it leads to, in the project. */
  readonly target: string;
  readonly anchor?: string;
}

const withoutCode = (text: string) => text.replace(/```[\s\S]*?```/g, '');

const read = (path: string) => withoutCode(readFileSync(join(ROOT, path), 'utf8'));

export function linksOf(path: string): Link[] {
  return [...read(path).matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)/g)].map(
    ([text, file, anchor]) => ({
      text,
      target: file ? normalize(join(dirname(path), file)) : path,
      anchor,
    }),
  );
}

/**
 * What a link can lead to within a document: headings as GitHub shows them, of which the second of a name has `-1`
 * behind it, and anchors of its own.
 */
export function anchorsOf(path: string): Set<string> {
  const text = read(path);
  const counts = new Map<string, number>();
  const headings = [...text.matchAll(/^#+ +(.*?) *$/gm)].map(([, heading = '']) => {
    // A link in a heading shows its words alone.
    const anchor = anchorOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id!)]);
}

/** Whether what a link names is there. */
export function isAlive({ target, anchor }: Link): boolean {
  if (!existsSync(join(ROOT, target))) return false;
  if (anchor === undefined || statSync(join(ROOT, target)).isDirectory()) return true;
  return anchorsOf(target).has(anchor);
}
