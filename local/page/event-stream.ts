import type { ServerResponse } from 'node:http';

/**
 * Server-sent events to one client (html.spec.whatwg.org, "Server-sent events"). For a client that reads slowly the newest
 * event of each name waits, and no other: however much happens, no more is kept for it than there is to show.
 */
export class EventStream {
  private readonly waiting = new Map<string, string>();
  private full = false;

  /** @param gone told when the client has left */
  constructor(
    private readonly response: ServerResponse,
    gone: () => void,
  ) {
    response.on('drain', () => {
      this.full = false;
      this.flush();
    });
    response.on('close', gone);
    response.on('error', gone);
  }

  /** @param data one line */
  send(name: string, data: string): void {
    // One that waits keeps its turn.
    this.waiting.set(name, data);
    this.flush();
  }

  /** A comment, by which both ends see that the other is there. */
  beat(): void {
    if (!this.full) this.write(':\n\n');
  }

  end(): void {
    this.waiting.clear();
    this.response.end();
  }

  private flush(): void {
    for (const [name, data] of this.waiting) {
      if (this.full) return;
      this.waiting.delete(name);
      this.write(`event: ${name}\ndata: ${data}\n\n`);
    }
  }

  private write(text: string): void {
    if (!this.response.writableEnded) this.full = !this.response.write(text);
  }
}
