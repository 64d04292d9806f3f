import { readLink, sameResourceId } from '../../link/read-link';
import type { Deployment } from '../../testing/local/deployment';
import type { LocalCloud } from '../../testing/local/local-cloud';
import { acsPush } from '../acs-push';
import { StartError } from '../failures';
import type { Stage } from '../stage';

export async function readLinkBack(
  stage: Stage,
  { reader }: LocalCloud,
  ids: { communicationService: string; callingHub: string },
): Promise<void> {
  const linked = await stage.step(
    'reading the link back',
    async () => {
      const reading = await readLink(reader, ids.communicationService);
      if (reading?.notificationHubId && sameResourceId(reading.notificationHubId, ids.callingHub)) {
        return reading.notificationHubId;
      }
      throw new StartError(
        `${ids.communicationService} should be linked to ${ids.callingHub}, but shows ${reading?.notificationHubId ?? 'no link'}`,
        'look at the link in constructs/notification-hub-link.ts and at what local Azure keeps of it',
      );
    },
    () => 'link read back from Azure Resource Manager',
  );
  stage.progress.line(`    ${ids.communicationService}\n    → ${linked}`);
}

/** The command that a person would run: the link, and the hub of the relay. */
export async function verify(stage: Stage, cloud: LocalCloud, deployment: Deployment): Promise<void> {
  const output = await stage.step(
    'acs-push verify local --wait',
    () => acsPush(stage, cloud, deployment, ['verify', 'local', '--wait', '--timeout', '2m']),
    () => 'acs-push verify local --wait: both hubs are proved',
  );
  for (const line of output.trim().split('\n')) stage.progress.line(`    ${line}`);
}
