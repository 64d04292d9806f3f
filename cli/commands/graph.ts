import { resolve } from 'node:path';
import type { Command } from '../command';
import { EXIT } from '../exit-code';
import { mermaidOf } from '../graph/mermaid';
import { svgOf } from '../graph/svg';
import type { Io } from '../io';
import { oneStack, readArguments, readChoice } from '../options';
import { printable } from '../redact';
import { reportFile } from '../report-file';
import { readStack } from '../topology/blocks';
import { overviewOf } from '../topology/overview';
import { topologyOf } from '../topology/stack-topology';

const OPTIONS = {
  format: { type: 'string' },
  file: { type: 'string' },
  detail: { type: 'boolean', default: false },
} as const;

const FORMATS = { mermaid: mermaidOf, svg: svgOf } as const;

export const graph: Command = {
  name: 'graph',
  summary: 'draw a stack: what it makes, who may do what on what, where secrets go',
  usage: `acs-push graph {stack} [options]

Draws the stack as it was synthesized last, or as the project's app writes it where it was not: Azure is not asked, and
nothing of the deployed state is read. Secrets are drawn by the ways that they go, never by what they are.

  --format mermaid|svg         text for Markdown (mermaid), or a picture by itself, readable in light and in dark; where it
                               is not given, a FILE that ends with .svg gets the picture
  --file FILE                  write to that file, whole or not at all, in place of standard output
  --detail                     every resource, read and reference; else parts are shown as the whole that they belong to,
                               and several alike as one

exit code: 0 drawn, 2 no such stack, one that cannot be synthesized, or a file that cannot be written
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('graph', args, OPTIONS);
    const name = oneStack('graph', positionals);
    const { file } = values;
    const implied = file?.toLowerCase().endsWith('.svg') ? 'svg' : 'mermaid';
    const format = readChoice('format', values.format ?? implied, ['mermaid', 'svg']);
    const target = file === undefined ? undefined : reportFile(resolve(io.folder, file), 'file');
    const all = topologyOf(readStack(name, await io.stacks.synthesized(name)));
    const picture = FORMATS[format](values.detail ? all : overviewOf(all));
    if (target) target.write(printable(picture));
    else io.out(picture);
    return EXIT.ok;
  },
};
