import type { ServerResponse } from 'node:http';

/**
 * Server-sent events to one client (html.spec.whatwg.org, "Server-sent events"). For a client that reads slowly the newest
 * event of each name waits, and no other: however much happens, no more is kept for it than there is to show.
 */
export class EventStream {
  private readonly waiting = new Map<string, string>();
  private full = false;
  /** Whether it was full at the last beat, and has been since. */
  private stuck = false;

  /** @param gone told when the client has left */
  constructor(
    private readonly response: ServerResponse,
    gone: () => void,
  ) {
    response.on('drain', () => {
      this.full = this.stuck = false;
      this.flush();
    });
    response.on('close', gone);
    response.on('error', gone);
  }

  /** @param data one line; of those with one name the newest is enough */
  send(name: string, data: string): void {
    // One that waits keeps its turn.
    this.waiting.set(name, data);
    this.flush();
  }

  /** A comment, by which both ends see that the other is there. Who reads nothing until the next one is not. */
  beat(): void {
    if (this.stuck) this.response.destroy();
    this.stuck = this.full;
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
      this.write(`data: ${data}\n\n`);
    }
  }

  private write(text: string): void {
    if (!this.response.writableEnded) this.full = !this.response.write(text);
  }
}
