import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { OptionalEvent } from '../../relay/contract';
import { mistake } from '../core/mistakes';
import { builtFile } from './package-assets';

/** What `relay/with-templates.mjs` exports. */
interface TemplatesModule {
  withTemplates(zip: Uint8Array, folder: string, optionalEvents?: readonly string[]): Uint8Array;
}

/**
 * Path of the relay's package with the templates of a folder in place of its own, in the app's output folder. The same
 * templates give the same bytes.
 *
 * Everything that is wrong with the templates is a mistake, with its file.
 */
export function relayWithTemplates(
  scope: IConstruct,
  folder: string,
  optionalEvents: readonly OptionalEvent[] = [],
): string {
  // Built apart, since what it needs is no dependency of the library.
  const { withTemplates } = require(builtFile(scope, 'relay/with-templates.cjs')) as TemplatesModule;
  const relay = readFileSync(builtFile(scope, 'relay/relay.zip'));
  let content: Uint8Array;
  try {
    content = withTemplates(relay, folder, optionalEvents);
  } catch (error) {
    mistake(scope, (error as Error).message);
    return builtFile(scope, 'relay/relay.zip');
  }
  const hash = createHash('sha256').update(content).digest('hex');
  const target = join(App.of(scope).outdir, 'relay', hash);
  mkdirSync(target, { recursive: true });
  const path = join(target, 'relay.zip');
  writeFileSync(path, content);
  return path;
}
