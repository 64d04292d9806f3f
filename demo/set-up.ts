import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLines } from '../local/cli/export-lines';
import { Deployment, synthesizedFile, terraformSettings } from '../testing/local/deployment';
import { startLocalCloud, type LocalCloud } from '../testing/local/local-cloud';
import { credentialVariables, makePushCredentials } from '../testing/local/push-credentials';
import { openPage } from './page';
import type { Stage } from './stage';

/** Variables of a terminal that would lead elsewhere: another subscription, sign-in, state or set of providers. */
const FORGET_OTHERS =
  'for name in $(env | sed -nE "s/^((ARM|AZURE|TF|CDKTF)_[A-Za-z0-9_]*)=.*/\\1/p"); do unset "$name"; done\n';

export async function startCloud(stage: Stage): Promise<LocalCloud> {
  const { providers } = stage.flags;
  const standIn = providers === 'stand-in';
  const cloud = await stage.step(
    standIn ? 'starting local Azure and the stand-in providers' : 'starting local Azure',
    () => startLocalCloud({ providers, environmentName: 'local' }),
    ({ azure }) =>
      `local Azure is up at ${azure.endpoints.https}${standIn ? ', with stand-in providers' : ''}`,
  );
  stage.atEnd(() => cloud.close());
  stage.signal.throwIfAborted();
  if (stage.flags.open) await openPage(stage, cloud);
  return cloud;
}

export async function prepare(stage: Stage, cloud: LocalCloud): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'cdktf-acs-push-'));
  stage.atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const credentials = await stage.step(
    'making an APNs key and an FCM service account for this run',
    () => makePushCredentials(),
    () => 'made an APNs key (.p8) and an FCM service account for this run',
  );
  const environment = {
    ...cloud.environmentFor(synthesizedFile({ folder, stack: 'local' })),
    ...(stage.flags.providers === 'real' && terraformSettings()),
    ...credentialVariables(credentials),
  };
  const deployment = new Deployment({
    stack: 'local',
    folder,
    environment,
    signal: stage.signal,
    onLine: (line) => stage.onLine(line),
  });
  if (stage.flags.keep) {
    const lines = exportLines({
      ...environment,
      ACS_PUSH_STATE_DIR: join(folder, 'state'),
      CDKTF_OUTDIR: deployment.output,
    });
    writeFileSync(join(folder, 'environment.sh'), `${FORGET_OTHERS}${lines}`, { mode: 0o600 });
  }
  return deployment;
}
