import type { Deployment } from '../../testing/local/deployment';
import { excerpt, StartError } from '../failures';
import type { Stage } from '../stage';

export async function deploy(stage: Stage, deployment: Deployment): Promise<void> {
  await stage.step('cdktf deploy local', async (report) => {
    let planned = '';
    let created = 0;
    report('synthesizing');
    stage.onLine = (line) => {
      if (/Initializing provider plugins/.test(line)) report('terraform init');
      planned = /Plan: (\d+) to add/.exec(line)?.[1] ?? planned;
      if (/: Creation complete after/.test(line)) created++;
      // cdktf shows the construct's path behind the address.
      const busy = /\(([^()]+)\): (Creating|Provisioning)/.exec(line)?.[1];
      if (planned) report(`${created} of ${planned} resources${busy ? `, ${busy}` : ''}`);
    };
    await deployment.deploy().finally(() => (stage.onLine = () => undefined));
  });
  const { resources } = await deployment.showState();
  const managed = resources.filter((resource) => resource.mode === 'managed');
  const counts = new Map<string, number>();
  for (const { type } of managed) counts.set(type, (counts.get(type) ?? 0) + 1);
  stage.progress.line(`  ${managed.length} resources created:`);
  const rows = [...counts].sort(([a], [b]) => a.localeCompare(b));
  for (const [type, count] of rows) stage.progress.line(`    ${String(count).padStart(3)}  ${type}`);
}

export async function deployAgain(stage: Stage, deployment: Deployment): Promise<void> {
  await stage.step(
    'cdktf deploy local, a second time',
    async () => {
      const { output } = await deployment.deploy();
      const found = /No changes\. .*/.exec(output)?.[0];
      if (found) return found;
      throw new StartError(
        `a second deploy changes something:\n${excerpt(output, /^\W*# .* (will be|must be) /)}`,
        'let the construct write what Azure answers, or local Azure answer as Azure does',
      );
    },
    (found) => `second deploy: ${found}`,
  );
}
