import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Figures } from './figures';
import { written } from './report/files';
import { LAST_RUN, readResult, type Result } from './result';
import { runStack, SCENARIOS, type Scenario } from './scenarios';
import { STACKS, type StackName } from './stacks';

const USAGE = `usage: npm run bench deploy -- [options]

  --stacks name,…     of ${STACKS.join(', ')} (default all); none writes the pages from what is kept
  --providers which   stand-in (default) or real; real ones are looked for, and told when there are none
  --json              print the figures as JSON
  --write             keep the figures in place of those of the same stacks, and write page, tables and charts anew
`;

/** What each stack goes through. */
const PLANS: Readonly<Record<StackName, readonly (readonly Scenario[])[]>> = {
  chain: [SCENARIOS.filter((scenario) => scenario !== 'first-in-group'), ['first-in-group']],
  plain: [SCENARIOS.filter((scenario) => scenario !== 'first-in-group'), ['first-in-group']],
  local: [SCENARIOS.filter((scenario) => scenario !== 'first-in-group')],
  prod: [['first', 'unchanged']],
  'prod-open': [['first', 'unchanged']],
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stacks: { type: 'string', default: STACKS.join(',') },
      providers: { type: 'string', default: 'stand-in' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const stacks = values.stacks === 'none' ? [] : (values.stacks.split(',') as StackName[]);
  const wrong =
    !['stand-in', 'real'].includes(values.providers) || stacks.some((stack) => !STACKS.includes(stack));
  if (values.help || wrong) {
    process.stderr.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  if (values.providers === 'real') {
    refuseReal();
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

/** Virtual time needs the journal that only stand-ins keep: with the real providers there are `terraform apply`'s own times. */
function refuseReal(): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-providers-'));
  try {
    writeFileSync(
      join(folder, 'main.tf.json'),
      JSON.stringify({
        terraform: {
          required_providers: { azurerm: { source: 'hashicorp/azurerm' }, azapi: { source: 'Azure/azapi' } },
        },
      }),
    );
    const { status } = spawnSync('terraform', ['init', '-input=false', '-no-color'], {
      cwd: folder,
      env: { ...process.env, CHECKPOINT_DISABLE: '1' },
    });
    process.stderr.write(
      status === 0
        ? "the real providers are there, and wait by themselves: time 'npm start -- --providers real', which deploys the " +
            'environment local with them; this bench plays their waits over what the stand-ins asked\n'
        : "terraform init finds no real providers here: the figures are those of '--providers stand-in'\n",
    );
    process.exitCode = status === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) void main();
