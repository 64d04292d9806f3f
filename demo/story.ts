import { StartError } from './failures';
import { deploy, deployAgain } from './scenes/deploy';
import { keep } from './scenes/keep';
import { readLinkBack, verify } from './scenes/prove';
import { letThrough } from './scenes/pushes';
import { rows, summary } from './scenes/summary';
import { prepare, startCloud } from './set-up';
import type { Stage } from './stage';

/** The story of `npm start`, from nothing to the pushes. @throws StartError, DeploymentError, or StoppedError */
export async function tell(stage: Stage): Promise<void> {
  const cloud = await startCloud(stage);
  const deployment = await prepare(stage, cloud);
  const applied = await deploy(stage, deployment);
  const kept = await deployAgain(stage, deployment);
  const outputs = await deployment.outputs();
  const ids = {
    communicationService: textOf(outputs, 'communication_service_id'),
    callingHub: textOf(outputs, 'calling_hub_id'),
    relayHub: textOf(outputs, 'relay_hub_id'),
  };
  await readLinkBack(stage, cloud, ids);
  const reports = await verify(stage, cloud, deployment);
  const through = await letThrough(stage, cloud, deployment, ids);
  const named = {
    'Communication Services': ids.communicationService,
    'hub that is linked': ids.callingHub,
    "relay's hub": ids.relayHub,
  };
  stage.summarize(summary(stage, { applied, kept, reports, pushes: through.pushes, ids: named }));
  if (stage.flags.keep) await keep(stage, cloud, deployment, through);
  else stage.summarize(NEXT);
}

const NEXT = [
  ...rows([
    ['npm start -- --keep', 'leaves it running, with commands to try on it'],
    ['npm start -- --open', 'the same, with the page that shows what goes on in it'],
    ['npm run local', 'local Azure alone, for a stack of your own'],
  ]),
  '',
];

function textOf(outputs: Record<string, unknown>, name: string): string {
  const value = outputs[name];
  if (typeof value === 'string') return value;
  throw new StartError(
    `the stack 'local' has no output '${name}'`,
    'let PushNotifications of environments/environment-stack.ts have outputs, without a prefix',
  );
}
