import { Terminal } from '@xterm/headless';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** As much of the package as is used: its types are declared under another name than it is installed by. */
interface Pty {
  readonly pid: number;
  onData(listener: (text: string) => void): void;
  onExit(listener: (end: { readonly exitCode: number }) => void): void;
  write(text: string): void;
}

const { spawn } = createRequire(__filename)('@cdktf/node-pty-prebuilt-multiarch') as {
  spawn(program: string, args: readonly string[], options: object): Pty;
};

const PROJECT = join(__dirname, '..', '..');

/** A program of this project at a real terminal, and the screen that somebody sees there. */
export class Watched {
  /** Everything that came, colours and movements of the cursor too. */
  raw = '';
  private readonly screen: Terminal;
  private readonly process: Pty;
  private readonly ended: Promise<number>;
  private readonly heard = new Set<() => void>();

  constructor(
    file: string,
    args: readonly string[] = [],
    { environment = {}, columns = 80, rows = 24 }: Partial<Setting> = {},
  ) {
    this.screen = new Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
    // A pipeline's own log is no terminal to a library that draws.
    const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...machine } = process.env;
    this.process = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
      name: environment.TERM ?? 'xterm-256color',
      cols: columns,
      rows,
      cwd: PROJECT,
      env: { ...(machine as Record<string, string>), ...environment },
    });
    this.process.onData((text) => {
      this.raw += text;
      this.screen.write(text);
      for (const listener of this.heard) listener();
    });
    this.ended = new Promise((resolve) => this.process.onExit(({ exitCode }) => resolve(exitCode)));
  }

  get pid(): number {
    return this.process.pid;
  }

  exitCode(): Promise<number> {
    return this.ended;
  }

  /** Resolves once that was printed. Rejects when the program ends before. */
  async prints(pattern: RegExp): Promise<void> {
    const over = this.ended.then(() => 'over');
    while (!pattern.test(this.raw)) {
      let listener!: () => void;
      const next = new Promise<void>((resolve) => this.heard.add((listener = resolve)));
      const what = await Promise.race([next, over]);
      this.heard.delete(listener);
      if (what === 'over' && !pattern.test(this.raw))
        throw new Error(`ended without ${pattern}:\n${this.raw}`);
    }
  }

  /** Ctrl-C, as the terminal sends it. */
  interrupt(): void {
    this.process.write('\u0003');
  }

  /** What is seen, with what was scrolled away, once everything that came is drawn. */
  async buffer(): Promise<Terminal['buffer']['active']> {
    await new Promise<void>((resolve) => this.screen.write('', resolve));
    return this.screen.buffer.active;
  }

  /** The same as text, one entry for each row. */
  async rows(): Promise<string[]> {
    const buffer = await this.buffer();
    const rows = Array.from({ length: buffer.length }, (_, row) =>
      buffer.getLine(row)!.translateToString(true),
    );
    while (rows.at(-1) === '') rows.pop();
    return rows;
  }
}

interface Setting {
  readonly environment: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
}
