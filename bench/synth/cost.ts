import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A command line, as a shell takes it. */
export interface Contender {
  readonly command: string;
  /** Folder that it runs in. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Ticks of Linux in a second, in which it counts processor time (`getconf CLK_TCK`). */
const TICKS = 100;

/** Processor time of a command and of all that it started and waited for, user and system, in seconds. */
export function processorTime(contender: Contender): number {
  const before = ofChildren();
  run(contender, {});
  return ofChildren() - before;
}

/** The most memory that one of a command's Node processes held, in megabytes. */
export function peakMemory(contender: Contender): number {
  const folder = mkdtempSync(join(tmpdir(), 'bench-synth-memory-'));
  try {
    run(contender, { NODE_OPTIONS: `--require=${join(__dirname, 'peak.cjs')}`, PEAK_FOLDER: folder });
    const peaks = readdirSync(folder).map((name) => Number(readFileSync(join(folder, name), 'utf8')));
    return Math.max(...peaks) / 1024;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run({ command, folder, environment }: Contender, more: Record<string, string>): void {
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', CI: 'true', ...environment, ...more };
  const { status, stdout, stderr } = spawnSync(command, { cwd: folder, shell: true, encoding: 'utf8', env });
  if (status !== 0) throw new Error(`'${command}' ended with exit code ${status}:\n${stdout}${stderr}`);
}

/** Fields 16 and 17 of proc_pid_stat(5); its second, a name in parentheses, may hold blanks. */
function ofChildren(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}
