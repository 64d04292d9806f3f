import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { DeploymentError } from '../../testing/local/deployment';
import { ACTS, type Act } from './acts';
import { Court } from './court';

const USAGE = `usage: npm run judge -- [options]

Lets the real Terraform providers that terraform init finds live the whole life of the stack 'local' in local Azure:
apply, change, repair, import and destroy it. Their registry, or the mirror that TF_CLI_CONFIG_FILE names, has to be in reach.

  --providers real|stand-in  whom to judge (default: real)
  --azurerm CONSTRAINT       which azurerm the stack asks for: '4.55.0', '~> 5.2' (default: as the library asks)
  --only NAME[,NAME…]        these acts alone, beside 'apply' and 'destroy'
  --json FILE                write what was seen into this file too
  --list                     name the acts, and end
  --help                     print this

exit code: 0 all is as it has to be, 1 something is not, 2 a mistake on the command line, 3 there are no providers to judge
`;

class UsageError extends Error {}

/** terraform init found no provider. */
class NoProviders extends Error {}

interface Verdict {
  readonly act: string;
  readonly passed: boolean;
  readonly seen: string;
  readonly seconds: number;
}

function readFlags(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        providers: { type: 'string', default: 'real' },
        azurerm: { type: 'string' },
        only: { type: 'string' },
        json: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { providers } = values;
    if (providers !== 'real' && providers !== 'stand-in') {
      throw new UsageError(`--providers takes 'real' or 'stand-in', got '${providers}'`);
    }
    return { ...values, providers: providers as 'real' | 'stand-in', acts: chosen(values.only) };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

/** Nothing can be judged that was not deployed, and nothing is left standing. */
function chosen(only: string | undefined): readonly Act[] {
  if (only === undefined) return ACTS;
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => ACTS.every((act) => act.name !== name));
  if (unknown.length > 0) {
    throw new UsageError(
      `--only takes ${ACTS.map(({ name }) => name).join(', ')}; got '${unknown.join("', '")}'`,
    );
  }
  return ACTS.filter(({ name }) => ['apply', 'destroy', ...names].includes(name));
}

/** @returns the providers that were found, with their versions @throws NoProviders */
async function foundProviders(court: Court): Promise<string> {
  try {
    await court.deployment.prepare();
  } catch (error) {
    const output = error instanceof DeploymentError ? error.output : '';
    if (!/Failed to query available provider packages|Failed to install provider/.test(output)) throw error;
    throw new NoProviders(
      'there are no providers to judge: terraform init found no hashicorp/azurerm or no Azure/azapi\n' +
        'open the way to a registry, or name a mirror with TF_CLI_CONFIG_FILE (provider_installation); ' +
        "'--providers stand-in' tries this command with the stand-ins",
      { cause: error },
    );
  }
  const { stdout } = await court.deployment.terraform(['version', '-json']);
  const { provider_selections: found } = JSON.parse(stdout) as {
    provider_selections: Record<string, string>;
  };
  const versions = Object.entries(found).map(([name, version]) => `${name.split('/').at(-1)} ${version}`);
  return versions.length > 0 ? versions.join(', ') : 'the stand-ins';
}

async function main(): Promise<number> {
  let flags: ReturnType<typeof readFlags>;
  try {
    flags = readFlags(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  const say = (line: string) => process.stdout.write(`${line}\n`);
  if (flags.help) return (process.stdout.write(USAGE), 0);
  if (flags.list) {
    for (const { name, title } of ACTS) say(`${name.padEnd(16)} ${title}`);
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const court = await Court.open({
    providers: flags.providers,
    azurerm: flags.azurerm,
    signal: stop.signal,
  });
  const verdicts: Verdict[] = [];
  let judged: string;
  try {
    judged = await foundProviders(court);
    say(`judging ${judged}`);
    for (const act of flags.acts) {
      const verdict = await judge(act, court);
      if (stop.signal.aborted) break;
      verdicts.push(verdict);
      say(`${verdict.passed ? '✓' : '✗'} ${act.title}: ${verdict.seen}  (${verdict.seconds} s)`);
      // Without a deployment there is nothing to judge.
      if (!verdict.passed && act.name === 'apply') break;
    }
  } catch (error) {
    if (!(error instanceof NoProviders)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 3;
  } finally {
    await court.close();
  }
  if (stop.signal.aborted) return 130;
  const failed = verdicts.filter(({ passed }) => !passed);
  say(
    failed.length === 0
      ? `\n${verdicts.length} of ${flags.acts.length} acts are as they have to be`
      : `\nnot as it has to be: ${failed.map(({ act }) => act).join(', ')}`,
  );
  if (flags.json !== undefined) {
    mkdirSync(dirname(flags.json), { recursive: true });
    writeFileSync(flags.json, `${JSON.stringify({ judged, verdicts }, null, 2)}\n`);
  }
  return failed.length === 0 ? 0 : 1;
}

async function judge(act: Act, court: Court): Promise<Verdict> {
  const started = Date.now();
  const verdict = (passed: boolean, seen: string): Verdict => ({
    act: act.name,
    passed,
    seen,
    seconds: Math.round((Date.now() - started) / 1000),
  });
  try {
    return verdict(true, await act.run(court));
  } catch (error) {
    return verdict(false, (error as Error).message);
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
