import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { AssetType, TerraformAsset } from 'cdktf';
import type { Construct } from 'constructs';

/** By path, size and time of files that were read in this process. */
const HASHES = new Map<string, string>();

/**
 * A file beside the stack's configuration. What several stacks, or several steps of one, take with them is read and hashed
 * once: the hash is the one that `TerraformAsset` makes.
 */
export function fileAsset(scope: Construct, id: string, path: string): TerraformAsset {
  // A relative path starts from the folder of cdktf.json, which TerraformAsset looks for.
  const found = isAbsolute(path) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  const file = found && [path, found.size, found.mtimeMs, found.ino].join('\n');
  const assetHash = file === undefined ? undefined : HASHES.get(file);
  const asset = new TerraformAsset(scope, id, { path, type: AssetType.FILE, assetHash });
  if (file !== undefined) HASHES.set(file, asset.assetHash);
  return asset;
}
