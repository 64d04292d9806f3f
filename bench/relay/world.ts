import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { unzipSync } from 'fflate';
import { relaySettings, settingsOf, type ContenderName, type Place } from './contenders';
import { Peer } from './questions';
import type { Webhook } from './stand-in/event-grid';
import type { TableCounts } from './stand-in/table-service';

const root = join(__dirname, '../..');

/** A module of the build, which has no types. */
const load = (path: string) => import(pathToFileURL(join(root, path)).href);

export type AppPackage = 'relay' | 'empty';

/** A Function App in the local Functions host. */
export interface HostedApp {
  readonly peer: Peer;
  readonly webhook: Webhook;
  /** From the start of its process until its functions can be reached, in milliseconds. */
  readonly readyMs: number;
}

/** The processes of a run: the stand-in for Azure, and those that are measured, which come and go. */
export class World {
  private readonly children = new Set<ChildProcess>();
  private appsAreBuilt = false;

  private constructor(
    private readonly folder: string,
    private readonly bundle: BuildOptions,
    readonly standIn: Peer,
    readonly place: Place,
  ) {
    this.children.add(standIn.child);
  }

  static async start(): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-relay-'));
    const { RELAY_BUNDLE } = await load('relay/build.mjs');
    const { readTemplates } = await load('relay/templates/read-templates.mjs');
    const bundled = { ...RELAY_BUNDLE, target: 'node20' };
    await build({
      ...bundled,
      entryPoints: [join(__dirname, 'contender.ts'), join(__dirname, 'probe.ts')],
      outdir: folder,
      outExtension: { '.js': '.cjs' },
    });
    // One file, so that what is told of a cold start is not the compiling of its sources.
    await build({ ...bundled, entryPoints: ['local/functions/host.ts'], outfile: join(folder, 'host.cjs') });
    writeFileSync(
      join(folder, 'templates.json'),
      JSON.stringify(readTemplates(join(root, 'relay/templates'))),
    );
    const child = fork(join(root, 'scripts/run.cjs'), [join(__dirname, 'stand-in/main.ts')], {
      execArgv: [],
    });
    const standIn = new Peer(child);
    const place = await standIn.told<Place>((message) => 'identity' in message);
    pin(child, cpus().length - 1);
    writeFileSync(join(folder, 'ca.pem'), place.ca);
    return new World(folder, bundled, standIn, place);
  }

  /** A contender in a process of its own, on one core. */
  async contender(name: ContenderName): Promise<Peer> {
    const child = fork(join(this.folder, 'contender.cjs'), [name, JSON.stringify(this.place)], {
      execArgv: ['--expose-gc'],
      env: {
        ...process.env,
        ...settingsOf(name, this.place),
        NODE_EXTRA_CA_CERTS: join(this.folder, 'ca.pem'),
        RELAY_TEMPLATES: join(this.folder, 'templates.json'),
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    // Lines are read and dropped, as by a host that sends them on.
    child.stdout!.resume();
    this.children.add(child);
    const peer = new Peer(child);
    await peer.told((message) => message === 'ready');
    pin(child, 0);
    return peer;
  }

  /** The folders of the packages: the relay as it is deployed, and an app that does nothing. */
  async apps(): Promise<Readonly<Record<AppPackage, string>>> {
    const folders = { relay: join(this.folder, 'relay'), empty: join(this.folder, 'empty') };
    if (this.appsAreBuilt) return folders;
    const zip = join(this.folder, 'relay.zip');
    const { buildRelay } = await load('relay/build.mjs');
    await buildRelay(zip);
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
      const file = join(folders.relay, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    await build({
      ...this.bundle,
      entryPoints: [join(__dirname, 'empty-function.ts')],
      outfile: join(folders.empty, 'index.js'),
    });
    writeFileSync(join(folders.empty, 'package.json'), '{"main":"index.js"}');
    writeFileSync(join(folders.empty, 'host.json'), '{"version":"2.0"}');
    this.appsAreBuilt = true;
    return folders;
  }

  /** Starts a Function App in the local Functions host, as local Azure does. */
  async host(app: AppPackage): Promise<HostedApp> {
    const folder = (await this.apps())[app];
    const start = performance.now();
    const child = fork(join(this.folder, 'host.cjs'), [folder], {
      cwd: folder,
      execArgv: ['--expose-gc', '-r', join(this.folder, 'probe.cjs')],
      env: {
        PATH: process.env['PATH'],
        ...relaySettings(this.place),
        NODE_EXTRA_CA_CERTS: join(this.folder, 'ca.pem'),
        FUNCTIONS_WORKER_RUNTIME: 'node',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.children.add(child);
    const peer = new Peer(child);
    const { port } = await peer.told<{ port: number }>((message) => 'port' in message);
    const readyMs = performance.now() - start;
    return { peer, webhook: { baseUrl: `http://127.0.0.1:${port}`, functionName: 'messages' }, readyMs };
  }

  /** What Table Storage has counted, once nobody writes any more: the last marks come after the last event. */
  async tableCounts(): Promise<TableCounts> {
    for (let before: TableCounts | undefined; ;) {
      const counts = await this.standIn.ask<TableCounts>('table counts');
      if (counts.requests === before?.requests) return counts;
      before = counts;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Kills a process in the middle of whatever it does, and waits until it is gone. */
  async kill({ child }: Peer): Promise<void> {
    this.children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGKILL');
    });
  }

  end(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Keeps a process to one core where the system can. */
export function pin(child: ChildProcess, core: number): void {
  try {
    execFileSync('taskset', ['-acp', String(core), String(child.pid)], { stdio: 'ignore' });
  } catch {
    // Not every system has it; throughput is counted in processor time all the same.
  }
}
