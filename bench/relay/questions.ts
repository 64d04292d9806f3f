import type { ChildProcess } from 'node:child_process';

/** Questions from a process to one that it started, over the channel between them. */
interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

type Reply =
  { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string };

/** Answers the parent's questions, and ends when the parent is gone. */
export function answerQuestions(handlers: Readonly<Record<string, (argument: never) => unknown>>): void {
  process.on('message', ({ id, name, argument }: Question) => {
    Promise.resolve()
      .then(() => handlers[name]!(argument as never))
      .then(
        (result) => process.send!({ id, result }),
        (error: unknown) => process.send!({ id, error: String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
}

/** A process that was started, and what can be asked of it. */
export class Peer {
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private next = 0;

  constructor(readonly child: ChildProcess) {
    child.on('message', (reply: Reply) => {
      const asked = this.waiting.get(reply.id);
      if (!asked) return;
      this.waiting.delete(reply.id);
      if ('error' in reply) asked.reject(new Error(reply.error));
      else asked.resolve(reply.result);
    });
    child.on('exit', (code, signal) => {
      const error = new Error(`a process of the bench ended with ${signal ?? `code ${code}`}`);
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    });
  }

  /** @throws Error when the process cannot answer, or ends before it has */
  ask<T>(name: string, argument?: unknown): Promise<T> {
    const id = this.next++;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.child.send({ id, name, argument } satisfies Question);
    });
  }

  /** The first message of its own accord that is as asked for. */
  told<T>(is: (message: T) => boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('a process of the bench ended before it was ready'));
      const hear = (message: unknown) => {
        if (!is(message as T)) return;
        this.child.off('message', hear).off('exit', ended);
        resolve(message as T);
      };
      this.child.on('message', hear).once('exit', ended);
    });
  }
}
