import type { Answer, Asked } from './answer';

/** Messages that were accepted, and those of them that had been before. */
export interface PushCounts {
  readonly accepted: number;
  readonly again: number;
}

/** A notification hub that accepts every message at once. */
export class Hub {
  /** How often each message was accepted, by platform and id of the chat message; undefined while nobody asks. */
  private accepted: Map<string, number> | undefined;
  private onFirst: ((time: number) => void) | undefined;

  /** Counts from now on. */
  count(): void {
    this.accepted = new Map();
  }

  /** Ends counting. */
  counted(): PushCounts {
    const times = [...(this.accepted ?? new Map<string, number>()).values()];
    this.accepted = undefined;
    const accepted = times.reduce((sum, count) => sum + count, 0);
    return { accepted, again: accepted - times.length };
  }

  /** When the next message is accepted, in milliseconds since the epoch with fractions. */
  next(): Promise<number> {
    return new Promise((resolve) => (this.onFirst = resolve));
  }

  /** Whether it needs to know what is in a message. */
  get reads(): boolean {
    return this.accepted !== undefined;
  }

  handle({ headers, body }: Asked): Answer {
    if (this.onFirst) {
      this.onFirst(performance.timeOrigin + performance.now());
      this.onFirst = undefined;
    }
    if (this.accepted) {
      const message = /messageId\W+(\d+)/.exec(body)?.[1];
      if (message === undefined) throw new Error('a message to the hub names no chat message');
      const key = `${String(headers['servicebusnotification-format'])} ${message}`;
      this.accepted.set(key, (this.accepted.get(key) ?? 0) + 1);
    }
    return {
      status: 201,
      headers: {
        trackingid: 'bench',
        location: 'https://localhost/hub/messages/1?api-version=2020-06',
        'content-length': '0',
      },
    };
  }
}
