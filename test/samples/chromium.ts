import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findChromium } from '../../local/test/support/chromium';

type Fields = Record<string, any>;

/**
 * A headless Chromium with a profile of its own, spoken to by the DevTools protocol over a pipe.
 * https://chromedevtools.github.io/devtools-protocol/
 */
export class Chromium {
  private readonly program = findChromium();
  private readonly profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, (answer: Fields) => void>();
  private readonly listeners: ((method: string, params: Fields) => void)[] = [];
  private readonly ended: Promise<void>;
  private next = 1;
  private pending = '';
  private session: string | undefined;

  constructor() {
    this.process = spawn(
      this.program,
      [
        '--headless=new',
        // Root, as CI runs, has no sandbox; the page is this repository's own.
        '--no-sandbox',
        '--no-first-run',
        '--disable-gpu',
        '--disable-background-networking',
        `--user-data-dir=${this.profile}`,
        '--remote-debugging-pipe',
      ],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
        // What it puts down beside its profile goes with it.
        env: { ...process.env, TMPDIR: this.profile },
      },
    );
    this.ended = new Promise((resolve) => this.process.once('exit', () => resolve()));
    (this.process.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => this.read(text));
  }

  /** Opens a page and stays with it. */
  async open(url: string): Promise<void> {
    const { targetId } = await this.ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.ask('Target.attachToTarget', { targetId, flatten: true });
    this.session = sessionId as string;
    await this.ask('Page.enable');
    await this.ask('Runtime.enable');
    await this.go(url);
  }

  async go(url: string): Promise<void> {
    const loaded = this.once('Page.loadEventFired');
    await this.ask('Page.navigate', { url });
    await loaded;
  }

  /** Asks the browser before there is a page, the page afterwards. */
  ask(method: string, params: Fields = {}, session = this.session): Promise<Fields> {
    const id = this.next++;
    const request = JSON.stringify({ id, method, params, sessionId: session });
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result as Fields),
      );
      (this.process.stdio[3] as Writable).write(`${request}\0`);
    });
  }

  /** The running service worker; Chromium does not end it while somebody is attached. */
  async attachToServiceWorker(): Promise<string> {
    const { targetInfos } = await this.ask('Target.getTargets', {}, undefined);
    const { targetId } = targetInfos.find(({ type }: Fields) => type === 'service_worker');
    const { sessionId } = await this.ask('Target.attachToTarget', { targetId, flatten: true }, undefined);
    return sessionId as string;
  }

  /** Runs an expression in the page, or in a session, and gives what it, or its promise, comes to. */
  async evaluate<T>(expression: string, session = this.session): Promise<T> {
    const { result, exceptionDetails } = await this.ask(
      'Runtime.evaluate',
      { expression, awaitPromise: true, returnByValue: true, userGesture: true },
      session,
    );
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as T;
  }

  /** Resolves with the first event of that name that fits. */
  once(method: string, fits: (params: Fields) => boolean = () => true): Promise<Fields> {
    return new Promise((resolve) => {
      const listener = (name: string, params: Fields) => {
        if (name !== method || !fits(params)) return;
        this.listeners.splice(this.listeners.indexOf(listener), 1);
        resolve(params);
      };
      this.listeners.push(listener);
    });
  }

  async close(): Promise<void> {
    await this.ask('Browser.close', {}, undefined).catch(() => this.process.kill());
    await this.ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  private read(text: string): void {
    const messages = (this.pending + text).split('\0');
    this.pending = messages.pop()!;
    for (const message of messages) {
      const { id, method, params, ...answer } = JSON.parse(message) as Fields;
      if (id !== undefined) {
        this.waiting.get(id)?.(answer);
        this.waiting.delete(id);
      } else for (const listener of [...this.listeners]) listener(method, params);
    }
  }
}
