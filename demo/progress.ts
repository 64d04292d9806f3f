import type { Writable } from 'node:stream';

/** How often a step without news says that it is still at work where lines cannot be rewritten, in milliseconds. */
const REMINDER_MS = 10_000;
/** How long a step lasts before it is announced there, in milliseconds. */
const ANNOUNCE_MS = 1_000;

/** Tells a person at a terminal, or a log, which step is being taken and how long it has taken so far. */
export class Progress {
  private readonly terminal: boolean;

  constructor(private readonly out: Writable & { isTTY?: boolean; columns?: number }) {
    this.terminal = out.isTTY === true;
  }

  line(text = ''): void {
    this.out.write(`${text}\n`);
  }

  /**
   * Takes one step. While it lasts, `report` shows what it is doing; at its end one line says that it is done,
   * with the text that `done` makes of its result.
   */
  async step<T>(
    title: string,
    work: (report: (detail: string) => void) => Promise<T>,
    done: (result: T) => string = () => title,
  ): Promise<T> {
    const started = Date.now();
    const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
    let detail = '';
    const show = () => {
      const text = [`… ${title}`, seconds(), detail].filter(Boolean).join('  ');
      if (this.terminal) this.out.write(`\r\u001b[K${text.slice(0, (this.out.columns ?? 80) - 1)}`);
      else this.line(text);
    };
    if (this.terminal) show();
    // In a log, what is over at once needs no line of its own before it.
    const announcement = this.terminal ? undefined : setTimeout(() => this.line(`… ${title}`), ANNOUNCE_MS);
    const ticker = setInterval(show, this.terminal ? 500 : REMINDER_MS);
    try {
      const result = await work((news) => {
        detail = news;
        if (this.terminal) show();
      });
      this.clear();
      this.line(`✓ ${done(result)}  (${seconds()})`);
      return result;
    } catch (error) {
      this.clear();
      this.line(`✗ ${title}  (${seconds()})`);
      throw error;
    } finally {
      clearTimeout(announcement);
      clearInterval(ticker);
    }
  }

  private clear(): void {
    if (this.terminal) this.out.write('\r\u001b[K');
  }
}
