import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LocalCloud } from '../testing/local/local-cloud';
import { openInBrowser } from './browser';
import type { Stage } from './stage';

/** Where local Azure shows itself. */
export function pageOf({ azure }: LocalCloud): string {
  return azure.endpoints.page;
}

/** Shows the page in the browser of whoever started this; where there is none, the address is enough. */
export async function openPage(stage: Stage, cloud: LocalCloud): Promise<void> {
  const url = pageOf(cloud);
  const folder = mkdtempSync(join(tmpdir(), 'cdktf-acs-push-page-'));
  stage.atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const problem = await openInBrowser(leadingTo(url, folder));
  stage.tell(
    problem === undefined
      ? `  opened ${url}`
      : `  no browser could be opened (${problem}): open ${url} yourself`,
  );
}

/**
 * The address of a file that sends a browser on. Every user of a machine may read the arguments of its processes, and the
 * page's address has the token in it: the file is for this user alone.
 */
export function leadingTo(url: string, folder: string): string {
  const file = join(folder, 'local-azure.html');
  const address = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  writeFileSync(
    file,
    `<!doctype html>
<meta charset="utf-8" />
<meta http-equiv="refresh" content="0; url=${address}" />
<title>local Azure</title>
<a href="${address}">The page of local Azure</a>
`,
    { mode: 0o600 },
  );
  return pathToFileURL(file).href;
}
