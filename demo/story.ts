import { StartError } from './failures';
import { deploy, deployAgain } from './scenes/deploy';
import { keep } from './scenes/keep';
import { readLinkBack, verify } from './scenes/prove';
import { letThrough } from './scenes/pushes';
import { prepare, startCloud } from './set-up';
import type { Stage } from './stage';

/** The story of `npm start`, from nothing to the pushes. @throws StartError, DeploymentError, or StoppedError */
export async function tell(stage: Stage): Promise<void> {
  const cloud = await startCloud(stage);
  const deployment = await prepare(stage, cloud);
  await deploy(stage, deployment);
  await deployAgain(stage, deployment);
  const outputs = await deployment.outputs();
  const ids = {
    communicationService: textOf(outputs, 'communication_service_id'),
    callingHub: textOf(outputs, 'calling_hub_id'),
    relayHub: textOf(outputs, 'relay_hub_id'),
  };
  await readLinkBack(stage, cloud, ids);
  await verify(stage, cloud, deployment);
  const users = await letThrough(stage, cloud, deployment, ids);
  if (stage.flags.keep) await keep(stage, cloud, deployment, users);
  else
    stage.progress.line(
      "\nEverything worked. 'npm start -- --keep' leaves it running; the README says what to do next.",
    );
}

function textOf(outputs: Record<string, unknown>, name: string): string {
  const value = outputs[name];
  if (typeof value === 'string') return value;
  throw new StartError(
    `the stack 'local' has no output '${name}'`,
    'let PushNotifications of environments/environment-stack.ts have outputs, without a prefix',
  );
}
