import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput } from './bad-input';

/** Folders of one run of the command, for its owner alone. They end with the process, however that ends by itself. */
export class TemporaryFolders {
  private readonly made: string[] = [];

  constructor(private readonly environment: NodeJS.ProcessEnv) {}

  private readonly atExit = () => this.removeAll();

  /** @throws BadInput when there is no place for it */
  make(): string {
    const folder = newFolder(this.environment.TMPDIR || tmpdir());
    if (this.made.length === 0) process.once('exit', this.atExit);
    this.made.push(folder);
    return folder;
  }

  removeAll(): void {
    process.off('exit', this.atExit);
    for (const folder of this.made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

function newFolder(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'acs-push-'));
  } catch (error) {
    throw new BadInput(
      `no temporary folder can be made in ${parent}: ${(error as Error).message}; set TMPDIR to a folder that is there`,
    );
  }
}
