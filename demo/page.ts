import type { LocalCloud } from '../testing/local/local-cloud';
import { openInBrowser } from '../terminal';
import type { Stage } from './stage';

/** Where local Azure shows itself. */
export function pageOf({ azure }: LocalCloud): string {
  return azure.endpoints.page;
}

/** Shows the page in the browser of whoever started this; where there is none, the address is enough. */
export async function openPage(stage: Stage, cloud: LocalCloud): Promise<void> {
  const url = pageOf(cloud);
  const problem = await openInBrowser(url);
  stage.tell(
    problem === undefined
      ? `  opened ${url}`
      : `  no browser could be opened (${problem}): open ${url} yourself`,
  );
}
