import { spawn, type ChildProcess } from 'node:child_process';
import { Agent, request as httpRequest } from 'node:http';
import { mkdirSync } from 'node:fs';
import type { LocalResponse } from '../../core/http';
import { sharedKey, sharedKeyLite } from './shared-key';

export const STORAGE_SERVICES = ['blob', 'queue', 'table'] as const;
export type StorageServiceName = (typeof STORAGE_SERVICES)[number];

export interface StorageAccountKeys {
  readonly name: string;
  /** Base64. */
  readonly keys: readonly [string, string];
}

export interface AzuriteRequest {
  readonly method: string;
  readonly service: StorageServiceName;
  readonly account: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** Signs with the account's key in place of whatever the request carries. */
  readonly sign: boolean;
}

interface Running {
  readonly child: ChildProcess;
  readonly ports: Record<StorageServiceName, number>;
  readonly accounts: ReadonlyMap<string, string>;
  readonly connections: Agent;
}

/** Generous: a busy machine is not an error. */
const START_TIMEOUT_MS = 120_000;
/** What Azurite needs at most to write its data down. */
const STOP_TIMEOUT_MS = 15_000;
/** The newest version that the storage services of Azurite 3.37 know. */
const STORAGE_VERSION = '2025-11-05';
const HOP_BY_HOP = [
  'connection',
  'host',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'upgrade',
];
/**
 * Runs before Azurite: ends it when this process is gone, however it went, and leaves out the client of its telemetry,
 * which is switched off and takes a third of the time to load.
 */
const PRELOAD = `
  import Module from 'node:module';
  const load = Module._load;
  Module._load = (name, ...rest) => (name === 'applicationinsights' ? {} : load(name, ...rest));
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
`;

/**
 * Azurite in a process of its own, with the storage accounts that ARM knows. It reads its accounts when it
 * starts, so a new account restarts it; nothing is lost, its data is on disk.
 */
export class Azurite {
  private running?: Running;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly inFlight = new Set<Promise<unknown>>();
  private closed = false;

  constructor(
    private readonly folder: string,
    private readonly accounts: () => readonly StorageAccountKeys[],
    private readonly log: (message: string) => void,
  ) {}

  /** Starts it, or starts it anew when it does not know an account yet. Resolves when it listens. */
  ready(besides: readonly StorageAccountKeys[] = []): Promise<Running> {
    const next = this.turn.then(() => this.ensure([...this.accounts(), ...besides]));
    this.turn = next.catch(() => undefined);
    return next;
  }

  /** @param removed the account, when ARM no longer knows it */
  async send(request: AzuriteRequest, removed?: StorageAccountKeys): Promise<LocalResponse> {
    const running = await this.ready(removed && [removed]);
    const account = removed ?? this.accounts().find(({ name }) => name === request.account);
    if (!account) throw new Error(`storage account ${request.account} is not there`);
    const sending = exchange(running, request, account);
    this.inFlight.add(sending);
    try {
      return await sending;
    } finally {
      this.inFlight.delete(sending);
    }
  }

  /** Has all that was written be in its files: it ends, and starts again when it is asked for something. */
  settle(): Promise<void> {
    const next = this.turn.then(async () => {
      await Promise.allSettled(this.inFlight);
      await this.stop();
    });
    this.turn = next.catch(() => undefined);
    return next;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.turn;
    await this.stop();
  }

  private async ensure(accounts: readonly StorageAccountKeys[]): Promise<Running> {
    if (this.closed) throw new Error('local Azure is closing');
    const wanted = new Map(accounts.map(({ name, keys }) => [name, keys.join(':')]));
    const { running } = this;
    const alive = running && running.child.exitCode === null && running.child.signalCode === null;
    if (alive && [...wanted].every(([name, keys]) => running.accounts.get(name) === keys)) return running;
    await Promise.allSettled(this.inFlight);
    await this.stop();
    this.running = await this.start(wanted);
    return this.running;
  }

  private async start(accounts: ReadonlyMap<string, string>): Promise<Running> {
    mkdirSync(this.folder, { recursive: true });
    const hosts = STORAGE_SERVICES.flatMap((name) => [`--${name}Host`, '127.0.0.1', `--${name}Port`, '0']);
    const child = spawn(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(PRELOAD)}`,
        require.resolve('azurite/dist/src/azurite.js'),
        ...hosts,
        ...['--location', this.folder, '--skipApiVersionCheck', '--loose', '--disableTelemetry'],
      ],
      {
        cwd: this.folder,
        env: {
          PATH: process.env.PATH,
          AZURITE_ACCOUNTS: [...accounts].map(([name, keys]) => `${name}:${keys}`).join(';'),
        },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    try {
      const ports = await listening(child);
      this.log(`Azurite listens for ${[...accounts.keys()].join(', ')}`);
      return { child, ports, accounts, connections: new Agent({ keepAlive: true }) };
    } catch (error) {
      await end(child);
      throw error;
    }
  }

  private async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    running?.connections.destroy();
    if (running) await end(running.child);
  }
}

/** Reads the ports from what Azurite prints; it picks free ones itself. */
function listening(child: ChildProcess): Promise<Record<StorageServiceName, number>> {
  return new Promise((resolve, reject) => {
    const ports: Partial<Record<StorageServiceName, number>> = {};
    let output = '';
    const timer = setTimeout(
      () => done(new Error(`Azurite did not listen within ${START_TIMEOUT_MS / 1000} s: ${output}`)),
      START_TIMEOUT_MS,
    );
    const exited = (code: number | null) => done(new Error(`Azurite ended with code ${code}: ${output}`));
    function done(error?: Error) {
      clearTimeout(timer);
      child.off('exit', exited);
      child.off('error', done);
      // Requests are logged to the same pipe; reading on keeps it from filling up.
      child.stdout?.removeAllListeners('data').resume();
      child.stderr?.removeAllListeners('data').resume();
      if (error) reject(error);
      else resolve(ports as Record<StorageServiceName, number>);
    }
    child.once('exit', exited);
    child.once('error', done);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        for (const [, name, port] of output.matchAll(
          /Azurite (\w+) service is successfully listening at \S+:(\d+)/g,
        )) {
          ports[name!.toLowerCase() as StorageServiceName] = Number(port);
        }
        if (STORAGE_SERVICES.every((name) => ports[name])) done();
      });
    }
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    // Takes SIGTERM by itself when it is cut off, and cannot end before it is.
    if (child.connected) child.disconnect();
    else child.kill('SIGTERM');
  });
}

function exchange(
  { ports, connections }: Pick<Running, 'ports' | 'connections'>,
  request: AzuriteRequest,
  account: StorageAccountKeys,
): Promise<LocalResponse> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.includes(name)),
  );
  if (request.body.length > 0 || request.method === 'PUT' || request.method === 'POST') {
    headers['content-length'] = String(request.body.length);
  }
  if (request.sign) {
    delete headers.authorization;
    headers['x-ms-date'] = new Date().toUTCString();
    headers['x-ms-version'] ??= STORAGE_VERSION;
    const sign = request.service === 'table' ? sharedKeyLite : sharedKey;
    headers.authorization = sign(account.name, account.keys[0], { ...request, headers });
  }
  const search = request.query.toString();
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port: ports[request.service],
        agent: connections,
        method: request.method,
        path: request.path + (search ? `?${search}` : ''),
        headers: { ...headers, host: `${request.account}.${request.service}.core.windows.net` },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answered = Object.entries(response.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
          resolve({
            status: response.statusCode ?? 502,
            headers: Object.fromEntries(answered.map(([name, value]) => [name, String(value)])),
            body: Buffer.concat(chunks),
          });
        });
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // Azurite closed a connection that nobody used, just as it was to be used again.
      const stale = outgoing.reusedSocket && error.code === 'ECONNRESET';
      if (stale) exchange({ ports, connections }, request, account).then(resolve, reject);
      else reject(error);
    });
    outgoing.end(request.body);
  });
}
