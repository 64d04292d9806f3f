import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of one run of the command, for its owner alone. They end with the process, however that ends by itself. */
export class TemporaryFolders {
  private readonly made: string[] = [];

  private readonly atExit = () => this.removeAll();

  make(): string {
    const folder = mkdtempSync(join(tmpdir(), 'acs-push-'));
    if (this.made.length === 0) process.once('exit', this.atExit);
    this.made.push(folder);
    return folder;
  }

  removeAll(): void {
    process.off('exit', this.atExit);
    for (const folder of this.made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
