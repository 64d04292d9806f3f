import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startLocalAzure, type LocalAzure } from '../../local/azure';
import { PassingClock } from './passing-clock';
import type { Template } from './template';

/** A folder with everything: `azure/`, what local Azure keeps, and `project/`, the stack with its state. */
export type Snapshot = string;

/** One cell's own cloud and project, begun from a snapshot. */
export class World {
  private constructor(
    readonly template: Template,
    readonly folder: string,
    readonly clock: PassingClock,
    private running: LocalAzure,
  ) {}

  /** @param folder where it lives; removed by `close` */
  static async open(template: Template, from: Snapshot, folder: string): Promise<World> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    copy(from, folder);
    const clock = new PassingClock();
    return new World(template, folder, clock, await start(template, folder, clock));
  }

  get azure(): LocalAzure {
    return this.running;
  }

  get project(): string {
    return join(this.folder, 'project');
  }

  /** Keeps how it stands; local Azure is restarted for it. */
  async keep(snapshot: Snapshot): Promise<void> {
    await this.running.close();
    rmSync(snapshot, { recursive: true, force: true });
    copy(this.folder, snapshot);
    this.running = await start(this.template, this.folder, this.clock);
  }

  /** Goes back to how it stood. */
  async restore(snapshot: Snapshot): Promise<void> {
    await this.running.close();
    copy(snapshot, this.folder);
    this.running = await start(this.template, this.folder, this.clock);
  }

  /** As if local Azure were killed now: what it goes on from is what is on its disk. Who is connected has to be cut off. */
  crash(): void {
    cpSync(join(this.folder, 'azure'), this.disk, { recursive: true });
  }

  /** Starts it again, when it crashed. */
  async restart(): Promise<void> {
    if (!existsSync(this.disk)) return;
    await this.running.close();
    const place = join(this.folder, 'azure');
    rmSync(place, { recursive: true });
    renameSync(this.disk, place);
    this.running = await start(this.template, this.folder, this.clock);
  }

  private get disk(): string {
    return join(this.folder, 'disk');
  }

  async close(): Promise<void> {
    this.clock.stop();
    await this.running.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function copy(from: string, to: string): void {
  for (const part of ['azure', 'project']) {
    rmSync(join(to, part), { recursive: true, force: true });
    cpSync(join(from, part), join(to, part), { recursive: true });
  }
}

function start({ providers }: Template, folder: string, clock: PassingClock): Promise<LocalAzure> {
  return startLocalAzure({
    stateDir: join(folder, 'azure'),
    clock,
    passThrough: providers === 'real',
    // A link is proved by its metrics; nobody learns anything from waiting for them here.
    behaviour: { monitor: { metricLagMinutes: [0, 0] }, linkPropagation: [0, 0] },
  });
}
