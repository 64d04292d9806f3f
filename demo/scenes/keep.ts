import { join } from 'node:path';
import type { Deployment } from '../../testing/local/deployment';
import type { LocalCloud } from '../../testing/local/local-cloud';
import type { PretendUser } from '../../testing/local/pretend-devices';
import { StoppedError } from '../../testing/local/processes';
import type { Stage } from '../stage';

/** Leaves everything running until the user stops it, and says what can be done meanwhile. @throws StoppedError */
export async function keep(
  stage: Stage,
  cloud: LocalCloud,
  deployment: Deployment,
  { withRelay, withCalls }: { withRelay: PretendUser; withCalls: PretendUser },
): Promise<void> {
  const { control } = cloud.azure.endpoints;
  stage.progress.line(
    [
      '',
      'Everything worked and stays up until Ctrl-C.',
      '',
      `  pushes so far      curl ${control}/inbox`,
      `  event deliveries   curl ${control}/event-grid/deliveries`,
      '',
      'In another terminal, in this folder; the first line is for cdktf, Terraform and the Azure SDKs too:',
      '',
      `  . ${join(deployment.folder, 'environment.sh')}`,
      '  npx acs-push verify local --wait',
      `  npx acs-push test-call local --user ${withCalls.rawId} --now`,
      `  npx acs-push test-send local --user ${withRelay.rawId}`,
      `  npx acs-push test-send local --user ${withRelay.rawId} --event ChatMessageReceived --show`,
      '  npx acs-push replay local --list',
      '  npx acs-push rotate local',
      `  npx cdktf deploy local --skip-provider-lock --output ${deployment.output}`,
      '',
    ].join('\n'),
  );
  await new Promise((resolve) => stage.signal.addEventListener('abort', resolve, { once: true }));
  throw new StoppedError();
}
