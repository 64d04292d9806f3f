import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Command lines that deploy a stack: of CDKTF, and of CDK Terrain. They read the same cdktf.json. */
type CdkCommand = 'cdktf' | 'cdktn';

/**
 * The command line that is installed for the project in a folder, there or above.
 * @returns that of CDK Terrain where it alone is installed
 */
export function cdkCommand(folder: string): CdkCommand {
  for (let at = folder; ; at = dirname(at)) {
    const has = (name: CdkCommand) => existsSync(join(at, 'node_modules', '.bin', name));
    if (has('cdktf')) return 'cdktf';
    if (has('cdktn')) return 'cdktn';
    if (at === dirname(at)) return 'cdktf';
  }
}
