import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { PipelineRequest } from '@azure/core-rest-pipeline';
import type { Dispatcher } from 'undici';

/** What an exchange goes over. */
export interface Connection {
  /** Whether it has brought an answer since it was made. */
  used: boolean;
}

/** What became of a request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** A stream where that was asked for. */
  readonly body: Buffer | Readable;
}

export interface ExchangeLimits {
  /** For the whole exchange, with the wait for a connection and the last byte of the answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: PipelineRequest['abortSignal'];
  /** Whether the body of an answer is wanted as it comes. @default never */
  readonly streams?: (status: number) => boolean;
}

/** The whole of an exchange took too long. */
export class ExchangeTimeout extends Error {
  readonly code = 'ETIMEDOUT';
}

/** It was ended by who asked for it; named as Azure's SDKs name that. */
export class ExchangeAborted extends Error {
  override readonly name = 'AbortError';
}

/** What a lost connection is called, by the system or by undici: the other side closed it. */
const LOST = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** One request on its way, and its answer. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  /** The connection that it goes over, once it has one. */
  connection: Connection | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private resolve!: (answer: Answer) => void;
  private reject!: (error: Error) => void;
  private readonly timer: NodeJS.Timeout;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private readonly chunks: Buffer[] = [];
  private stream: Readable | undefined;
  private ended = false;
  private failure: Error | undefined;

  constructor(private readonly limits: ExchangeLimits) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    const { timeoutMs, signal } = limits;
    this.timer = setTimeout(
      () => this.giveUp(new ExchangeTimeout(`timeout after ${timeoutMs} ms`)),
      timeoutMs,
    );
    signal?.addEventListener('abort', this.onAbort);
    if (signal?.aborted) this.onAbort();
  }

  /** It went over a connection that was used before, and that the other side closed before it answered anything. */
  get lostUsedConnection(): boolean {
    const code = (this.failure as NodeJS.ErrnoException | undefined)?.code ?? '';
    return this.status === 0 && LOST.has(code) && this.connection?.used === true;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Given up while it waited for a connection.
    if (this.failure) controller.abort(this.failure);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    if (!this.limits.streams?.(status)) return;
    this.stream = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        if (!this.ended) this.giveUp(error ?? new ExchangeAborted('the answer was not read to its end'));
        done(error);
      },
    });
    this.resolve({ status, headers, body: this.stream });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.stream) this.chunks.push(chunk);
    else if (!this.stream.push(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.connection) this.connection.used = true;
    this.end();
    if (this.stream) this.stream.push(null);
    else this.resolve({ status: this.status, headers: this.headers, body: Buffer.concat(this.chunks) });
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    if (!this.ended) this.fail(error);
  }

  private readonly onAbort = (): void => this.giveUp(new ExchangeAborted('aborted'));

  private giveUp(error: Error): void {
    if (this.ended) return;
    this.fail(error);
    this.controller?.abort(error);
  }

  private fail(error: Error): void {
    this.failure = error;
    this.end();
    this.stream?.destroy(error);
    this.reject(error);
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.limits.signal?.removeEventListener('abort', this.onAbort);
  }
}
