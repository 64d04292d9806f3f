import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { FAULTS } from './cells';
import { endedWell, runMatrix, type MatrixOptions } from './matrix';
import { PHASES } from './phases';
import { reliabilityPage } from './reliability';
import { Results } from './results';
import { STACKS } from './stacks';

const PROJECT = join(__dirname, '..', '..');
const OUT = join(PROJECT, 'dist', 'matrix');
const PAGE = join(PROJECT, 'docs', 'reliability.md');

const USAGE = `usage: npm run matrix -- [options]

Puts one fault into one request of a deploy, an update, a rotation or a destroy, for each request and each fault, and tells
which of them end well. Results are kept as they come: stopped by Ctrl-C, the same command goes on where it was.

  --stack NAME       ${Object.keys(STACKS).join(', ')} (default: small)
  --only PHASES      of ${PHASES.join(',')} (default: all)
  --fault NAMES      of ${FAULTS.join(',')} (default: all)
  --places WHICH     all requests, or writes alone (default: all)
  --seed N           chooses and orders the cells (default: 1)
  --sample PART      which part of the cells, 0.1 for a tenth (default: 1)
  --at-once N        how many cells run at once (default: 2)
  --providers WHOSE  stand-in, or real: those that 'terraform init' finds (default: stand-in)
  --out DIR          folder that keeps the results (default: dist/matrix)
  --json             print the results as JSON
  --write            write docs/reliability.md from the results, after the run
  --help             print this

exit code: 0 all ended well, 1 some did not, 2 bad input
`;

class UsageError extends Error {}

function read(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: 'string', default: 'small' },
      only: { type: 'string', default: PHASES.join() },
      fault: { type: 'string', default: FAULTS.join() },
      places: { type: 'string', default: 'all' },
      seed: { type: 'string', default: '1' },
      sample: { type: 'string', default: '1' },
      'at-once': { type: 'string', default: '2' },
      providers: { type: 'string', default: 'stand-in' },
      out: { type: 'string', default: OUT },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const options: Omit<MatrixOptions, 'tell' | 'signal'> & { readonly out: string } = {
    stack: oneOf('--stack', Object.keys(STACKS), values.stack),
    phases: PHASES.filter((phase) => someOf('--only', PHASES, values.only).includes(phase)),
    faults: FAULTS.filter((fault) => someOf('--fault', FAULTS, values.fault).includes(fault)),
    places: oneOf('--places', ['all', 'writes'] as const, values.places),
    providers: oneOf('--providers', ['stand-in', 'real'] as const, values.providers),
    seed: number('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    sample: number('--sample', values.sample, 0, 1),
    atOnce: number('--at-once', values['at-once'], 1, 64),
    out: values.out,
  };
  return { options, ...values };
}

function oneOf<T extends string>(flag: string, known: readonly T[], given: string): T {
  const found = known.find((one) => one === given);
  if (found === undefined) throw new UsageError(`${flag} takes one of ${known.join(', ')}, got '${given}'`);
  return found;
}

function someOf<T extends string>(flag: string, known: readonly T[], given: string): T[] {
  return given.split(',').map((one) => oneOf(flag, known, one));
}

function number(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new UsageError(`${flag} takes a number from ${least} to ${most}, got '${text}'`);
}

async function main(args: string[]): Promise<number> {
  const { options, help, json, write } = read(args);
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => {
    process.stderr.write('stopping after the cells under way; Ctrl-C once more stops at once\n');
    stop.abort();
  });
  const results = await runMatrix({
    ...options,
    signal: stop.signal,
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  if (json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
  if (write) {
    const page = reliabilityPage(Results.readAll(options.out));
    writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), parser: 'markdown' }));
  }
  const bad = results.filter((result) => !endedWell(result));
  process.stderr.write(`${results.length - bad.length} of ${results.length} cells ended well\n`);
  return bad.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error & { code?: string }) => {
    const usage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS') === true;
    process.stderr.write(usage ? `${error.message}\n\n${USAGE}` : `the matrix did not run: ${error.stack}\n`);
    process.exit(usage ? 2 : 1);
  },
);
