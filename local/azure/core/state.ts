import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActivityLogEntry, DeliveredPush } from './context';
import type { Directory, Principal } from './access/directory';
import type { ResourceStore, StoredResource } from './store';

interface Snapshot {
  resources: StoredResource[];
  principals: Principal[];
  activityLog: ActivityLogEntry[];
  inbox: DeliveredPush[];
}

/** Machine milliseconds between a change and its being on disk; changes come in bursts. */
const WRITE_DELAY_MS = 200;

/** Keeps what ARM and the directory know in one file, so that local Azure can go on where it stopped. */
export class KeptState {
  private readonly file: string;
  private timer?: NodeJS.Timeout;

  constructor(
    folder: string,
    private readonly parts: {
      store: ResourceStore;
      directory: Directory;
      activityLog: ActivityLogEntry[];
      inbox: DeliveredPush[];
    },
  ) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, 'state.json');
  }

  /** @throws Error naming the file, when it is there but cannot be read. */
  load(): void {
    if (existsSync(this.file)) {
      let snapshot: Snapshot;
      try {
        snapshot = JSON.parse(readFileSync(this.file, 'utf8')) as Snapshot;
      } catch (error) {
        throw new Error(
          `the kept state in ${this.file} cannot be read (${(error as Error).message}); ` +
            'delete the file to start with an empty subscription',
          { cause: error },
        );
      }
      this.parts.store.load(snapshot.resources);
      this.parts.directory.load(snapshot.principals);
      this.parts.activityLog.push(...snapshot.activityLog);
      this.parts.inbox.push(...snapshot.inbox);
    }
    this.parts.store.onChange(() => this.schedule());
  }

  save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { store, directory, activityLog, inbox } = this.parts;
    const snapshot: Snapshot = {
      resources: store.toJSON(),
      principals: directory.toJSON(),
      activityLog,
      inbox,
    };
    const next = `${this.file}.next`;
    writeFileSync(next, JSON.stringify(snapshot), { mode: 0o600 });
    renameSync(next, this.file);
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => this.save(), WRITE_DELAY_MS).unref();
  }
}
