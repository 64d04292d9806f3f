import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock';
import type { ActivityLogEntry, DeliveredPush } from './context';
import type { Directory, Principal } from './access/directory';
import { putStagedFiles, readKeptFiles, stageKeptFiles } from './kept-files';
import {
  keptStateSchema,
  readSnapshot,
  SNAPSHOT_VERSION,
  type KeptDocument,
  type Snapshot,
} from './snapshot';
import type { ResourceStore, StoredResource } from './store';

/** What of a running local Azure is kept. */
export interface StateParts {
  readonly clock: Clock;
  readonly store: ResourceStore;
  readonly directory: Directory;
  readonly activityLog: ActivityLogEntry[];
  readonly inbox: DeliveredPush[];
}

/** Machine milliseconds between a count of local Azure's own (metrics, quotas) and its being on disk; they come in bursts. */
const COUNTS_DELAY_MS = 200;
/** What local Azure counts and notes for itself is kept below this id, and is no resource that anybody was told of. */
const HIDDEN = '/local/';
const FILE = 'state.json';

/**
 * Keeps what ARM and the directory know in one file, so that local Azure goes on where it stopped, however it stopped: a
 * change is on disk before the request that made it is answered ({@link settle}), and the file is replaced as a whole.
 */
export class KeptState {
  private readonly file: string;
  private timer?: NodeJS.Timeout;
  private changed = false;
  private closed = false;

  /** @param written false when the folder is gone afterwards, and nothing needs to be on disk */
  constructor(
    private readonly folder: string,
    private readonly parts: StateParts,
    private readonly written: boolean,
  ) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, FILE);
  }

  /**
   * Fills the parts with what the folder holds, and notes changes from then on.
   * @throws Error naming the file, when it is there but cannot be read.
   */
  load(): void {
    if (existsSync(this.file)) {
      let kept: KeptDocument;
      try {
        kept = readSnapshot(JSON.parse(readFileSync(this.file, 'utf8')), keptStateSchema);
      } catch (error) {
        throw new Error(
          `the kept state in ${this.file} cannot be read (${(error as Error).message}); ` +
            'delete the file to start with an empty subscription',
          { cause: error },
        );
      }
      this.parts.clock.reset?.(Date.parse(kept.takenAt));
      this.parts.store.load(kept.resources as StoredResource[]);
      this.parts.directory.load(kept.principals as Principal[]);
      this.parts.activityLog.push(...kept.activityLog);
      this.parts.inbox.push(...kept.inbox);
    }
    this.parts.store.onChange((id) => {
      if (id.startsWith(HIDDEN)) this.schedule();
      else this.changed = true;
    });
  }

  /** Called before an answer is sent: what the request has changed is on disk when it returns. @throws Error when it cannot */
  settle(): void {
    if (this.changed) this.save();
  }

  /** Writes for the last time. */
  close(): void {
    this.save();
    this.closed = true;
  }

  /** With the files as they are now: who writes them has to have done so. */
  snapshot(): Snapshot {
    return structuredClone({ ...this.document(), files: readKeptFiles(this.folder) });
  }

  private document(): KeptDocument {
    const { clock, store, directory, activityLog, inbox } = this.parts;
    return {
      version: SNAPSHOT_VERSION,
      takenAt: new Date(clock.now()).toISOString(),
      resources: store.toJSON(),
      principals: directory.toJSON() as KeptDocument['principals'],
      activityLog,
      inbox: inbox as KeptDocument['inbox'],
    };
  }

  private save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.changed = false;
    if (this.written && !this.closed) replaceFile(this.file, this.document());
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => this.save(), COUNTS_DELAY_MS).unref();
  }
}

/**
 * Prepares a folder to hold what a snapshot holds, or nothing; until the returned function is called it holds what it did.
 *
 * @returns puts it in place of what the folder keeps; nobody may be using that
 * @throws RangeError saying where the snapshot is wrong
 */
export function prepareKeptState(folder: string, snapshot?: Snapshot): () => void {
  stageKeptFiles(folder, snapshot?.files ?? {});
  return () => {
    rmSync(join(folder, FILE), { force: true });
    putStagedFiles(folder);
    if (!snapshot) return;
    const { files: _, ...document } = snapshot;
    replaceFile(join(folder, FILE), document);
  };
}

/** Whoever reads it finds the old one or the new one, and no half of either. */
function replaceFile(file: string, document: KeptDocument): void {
  const next = `${file}.next`;
  writeFileSync(next, JSON.stringify(document), { mode: 0o600 });
  renameSync(next, file);
}
