export interface CompiledPath {
  /** The values of the placeholders, or undefined when the path is another one. */
  match(path: string): Record<string, string> | undefined;
  /** The part of a matching path that lies before `/providers/`. */
  scopeOf(path: string): string;
}

/** `{scope}/providers/X/y/{name}`: see `ArmOperation.path`. */
export function compilePath(pattern: string): CompiledPath {
  const names: string[] = [];
  const source = pattern
    .split(/(\{\w+\})/)
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (!name) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      names.push(name);
      return name === 'scope' ? '(.*)' : '([^/]+)';
    })
    .join('');
  const expression = new RegExp(`^${source}$`, 'i');
  return {
    match(path) {
      const found = expression.exec(path);
      return found
        ? Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? '']))
        : undefined;
    },
    scopeOf(path) {
      const at = path.toLowerCase().lastIndexOf('/providers/');
      return at < 0 ? path : path.slice(0, at);
    },
  };
}
