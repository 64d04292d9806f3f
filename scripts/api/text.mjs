/** Writes comments and types as Markdown, with links to what the page describes. */
export class Text {
  #anchors = new Map();

  /** @param anchors by what is described */
  constructor(anchors) {
    for (const [reflection, anchor] of anchors) {
      // Of two with one name the type is what a signature can name.
      if (!this.#anchors.has(reflection.name) || /^[A-Z]/.test(reflection.name))
        this.#anchors.set(reflection.name, anchor);
    }
  }

  /** What a comment says, with its warnings; empty where there is none. */
  comment(comment) {
    if (!comment) return '';
    const tags = comment.blockTags.flatMap(({ tag, name, content }) => {
      const text = this.#parts(content).trim();
      if (tag === '@param') return text ? [`\`${name}\`: ${text}`] : [];
      if (tag === '@throws') return [`Throws ${text}`];
      if (tag === '@returns') return [`Gives ${text}`];
      return [];
    });
    return [this.#parts(comment.summary).trim(), ...tags].filter(Boolean).join('\n\n');
  }

  /** What an option is when it is left out; empty where the comment does not say. */
  defaultOf(comment) {
    const tag = comment?.blockTags.find(({ tag }) => tag === '@default');
    if (!tag) return '';
    const text = this.#parts(tag.content).trim();
    const [, value, words = ''] = /^(?!-)(`[^`]*`|'[^']*'|\[[^\]]*\]|[^\s,;]+)([\s\S]*)$/.exec(text) ?? [];
    if (value === undefined) return text.replace(/^-\s*/, '');
    return `${value.startsWith('`') ? value : `\`${value}\``}${words.replace(/^ - /, ': ')}`;
  }

  /** A type or signature as code in which names lead to what they are, but for the one that it is about. */
  code(text, about) {
    const escaped = text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('_', '\\_')
      .replaceAll('*', '\\*')
      .replace(/(?<!["'.\w])[A-Za-z]\w*(?!["'\w])/g, (name) => {
        const anchor = /^[A-Z]/.test(name) && name !== about ? this.#anchors.get(name) : undefined;
        return anchor === undefined ? name : `[${name}](#${anchor})`;
      });
    return `<code>${escaped}</code>`;
  }

  #parts(parts) {
    return parts
      .map(({ kind, text, tag, target }) => {
        if (kind === 'inline-tag') return tag === '@link' ? this.#link(text, target) : text;
        return kind === 'text' ? text.replace(/(?<![\w/])docs\/[\w/.-]+\.md(#[\w-]+)?/g, '[$&]($&)') : text;
      })
      .join('');
  }

  #link(text, target) {
    if (typeof target === 'string') return `[${text}](${target})`;
    const anchor = this.#anchors.get(target?.name);
    return anchor === undefined ? `\`${text}\`` : `[\`${text}\`](#${anchor})`;
  }
}

/** Text in a cell of a table. */
export function cell(text) {
  return text
    .replace(/\n{2,}/g, '<br>')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/(?<!\\)\|/g, '\\|');
}

/** A table, without the columns in which no row says anything. */
export function table(titles, rows) {
  const columns = titles.map((_, column) => column).filter((column) => rows.some((row) => row[column]));
  const line = (cells) => `| ${columns.map((column) => cells[column]).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map((row) => line(row.map(cell)))].join('\n');
}
