import type { PageModel, Section } from '../../page/model';

/** The page's events as a browser gets them, and what they amount to. */
export class PageEvents {
  readonly model: { -readonly [S in Section]?: PageModel[S] } = {};
  /** Everything that came, as text. */
  text = '';
  ended = false;
  private wake = () => undefined as void;

  private constructor(private readonly abort: AbortController) {}

  static async open(control: string): Promise<PageEvents> {
    const abort = new AbortController();
    const response = await fetch(`${control}/page/events`, { signal: abort.signal });
    if (!response.ok) throw new Error(`the page's events were answered ${response.status}`);
    const events = new PageEvents(abort);
    void events.read(response.body!);
    return events;
  }

  /** Resolves with the model once it is like that; ends with the test's own time when it never is. */
  async until(holds: (model: PageModel) => boolean): Promise<PageModel> {
    while (!holds(this.model as PageModel)) {
      if (this.ended) throw new Error('the events ended before');
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return this.model as PageModel;
  }

  /** Once every section was there. */
  whole(): Promise<PageModel> {
    return this.until((model) => model.breakage !== undefined);
  }

  async end(): Promise<void> {
    while (!this.ended) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        const text = decoder.decode(chunk, { stream: true });
        this.text += text;
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop()!;
        for (const block of blocks) this.take(block);
        this.wake();
      }
    } catch {
      // Closed by either end.
    }
    this.ended = true;
    this.wake();
  }

  private take(block: string): void {
    const [, data] = /^data: (.*)$/.exec(block) ?? [];
    if (data !== undefined) Object.assign(this.model, JSON.parse(data));
  }
}
