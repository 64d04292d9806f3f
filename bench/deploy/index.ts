import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Figures } from './figures';
import { written } from './report/files';
import { LAST_RUN, readResult, type Result } from './result';
import { runStack, SCENARIOS, type Scenario } from './scenarios';
import { STACKS, type StackName } from './stacks';

const USAGE = `usage: npm run bench deploy -- [options]

  --stacks name,…  of ${STACKS.join(', ')} (default all); none writes the pages from what is kept
  --json           print the figures as JSON
  --write          keep the figures in place of those of the same stacks, and write page, tables and charts anew
`;

const AFTER_EACH_OTHER = SCENARIOS.filter((scenario) => scenario !== 'first-in-group');

/** What each stack goes through. */
const PLANS: Readonly<Record<StackName, readonly (readonly Scenario[])[]>> = {
  chain: [AFTER_EACH_OTHER, ['first-in-group']],
  plain: [AFTER_EACH_OTHER, ['first-in-group']],
  local: [AFTER_EACH_OTHER],
  prod: [['first', 'unchanged']],
  'prod-open': [['first', 'unchanged']],
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stacks: { type: 'string', default: STACKS.join(',') },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const stacks = values.stacks === 'none' ? [] : (values.stacks.split(',') as StackName[]);
  if (values.help || stacks.some((stack) => !STACKS.includes(stack))) {
    process.stderr.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const result: Partial<Record<StackName, Partial<Record<Scenario, Figures>>>> = {};
  for (const stack of stacks) {
    for (const scenarios of PLANS[stack]) {
      await runStack(stack, scenarios, (scenario, figures) => {
        result[stack] = { ...result[stack], [scenario]: figures };
        const { none, azure, requests, criticalRequests } = figures;
        process.stderr.write(
          `${stack} ${scenario}: ${none.seconds} s, ${azure.seconds} s with latencies (${azure.criticalSeconds} s needed); ` +
            `${requests} requests, ${criticalRequests} of them in a row\n`,
        );
      });
    }
    // Stack by stack: a run that breaks keeps what it had.
    if (values.write) keep({ ...readResult(), ...result });
  }
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  if (values.write && stacks.length === 0) keep(readResult());
}

function keep(result: Result): void {
  writeFileSync(LAST_RUN, `${JSON.stringify(result)}\n`);
  for (const { path, text } of written(result)) writeFileSync(path, text);
}

if (require.main === module) void main();
