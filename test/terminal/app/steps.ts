import { ApplyProgress } from '../../../cli/apply-progress';
import { progressInto } from '../../../terminal';

/** Says what a stage of the work says, in a process that has a terminal, or none. */
const [how] = process.argv.slice(2);
const progress = progressInto(process.stderr);

async function main(): Promise<void> {
  process.on('SIGINT', () => process.exit(130));
  await progress.step('cdktf deploy dev', async (step) => {
    const apply = new ApplyProgress(step);
    for (const line of [
      'Plan: 2 to add, 0 to change, 0 to destroy.',
      'dev  azapi_resource.hub (Push/Hub/Resource): Creating...',
      'dev  azapi_resource.hub (Push/Hub/Resource): Creation complete after 0s [id=/x]',
      'dev  terraform_data.proof (Push/Verification/Resource): Creating...',
      '     terraform_data.proof (Push/Verification/Resource) (local-exec): settling until 12:34',
    ]) {
      apply.read(line);
    }
    if (how === 'fails') throw new Error('Azure says no');
    // Until it is interrupted, or long enough that what goes on was drawn.
    await new Promise((resolve) => setTimeout(resolve, how === 'waits' ? 600_000 : 1_500));
  });
  process.stderr.write('the end\n');
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
