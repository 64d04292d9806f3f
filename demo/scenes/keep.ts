import { join } from 'node:path';
import type { Deployment } from '../../testing/local/deployment';
import type { LocalCloud } from '../../testing/local/local-cloud';
import { StoppedError } from '../../testing/local/processes';
import { pageOf } from '../page';
import type { Stage } from '../stage';
import type { LetThrough } from './pushes';
import { rows } from './summary';

/** Leaves everything running until the user stops it, and says what can be done meanwhile. @throws StoppedError */
export async function keep(
  stage: Stage,
  cloud: LocalCloud,
  deployment: Deployment,
  { withRelay, withCalls }: LetThrough,
): Promise<void> {
  const { colours } = stage;
  stage.summarize([
    'It stays up until Ctrl-C. What goes on in it, and what can be done to it:',
    '',
    ...rows([
      ['page', colours.cyan(pageOf(cloud))],
      ['control API', `${cloud.azure.endpoints.control}/openapi.json`],
    ]),
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
  ]);
  await new Promise((resolve) => stage.signal.addEventListener('abort', resolve, { once: true }));
  throw new StoppedError();
}
