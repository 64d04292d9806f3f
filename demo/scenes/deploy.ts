import type { Deployment } from '../../testing/local/deployment';
import type { RunResult } from '../../testing/local/processes';
import { ApplyProgress, type Applied } from '../../cli/apply-progress';
import type { Step } from '../../terminal';
import { excerpt, StartError } from '../failures';
import type { Stage } from '../stage';

/** @returns what it made */
export async function deploy(stage: Stage, deployment: Deployment): Promise<Applied> {
  return stage.step(
    'cdktf deploy local',
    async (step) => (await watched(stage, deployment, step)).applied,
    ({ made }) => `cdktf deploy local: ${made} resources made`,
  );
}

/** @returns how many resources it kept as they are */
export async function deployAgain(stage: Stage, deployment: Deployment): Promise<number> {
  await stage.step(
    'cdktf deploy local, a second time',
    async (step) => {
      const { output } = await watched(stage, deployment, step);
      const found = /No changes\. .*/.exec(output)?.[0];
      if (found) return found;
      throw new StartError(
        `a second deploy changes something:\n${excerpt(output, /^\W*# .* (will be|must be) /)}`,
        'let the construct write what Azure answers, or local Azure answer as Azure does',
      );
    },
    (found) => `second deploy: ${found.split('. ')[0]!}`,
  );
  const { resources } = await deployment.showState();
  return resources.filter((resource) => resource.mode === 'managed').length;
}

async function watched(
  stage: Stage,
  deployment: Deployment,
  step: Step,
): Promise<RunResult & { readonly applied: Applied }> {
  const apply = new ApplyProgress(step);
  stage.onLine = (line) => {
    if (stage.flags.verbose) step.line(line);
    apply.read(line);
  };
  try {
    return { ...(await deployment.deploy()), applied: apply.applied };
  } finally {
    stage.onLine = () => undefined;
  }
}
