import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What only hands a command on: `npx`, `npm`, and the shell that they run it by. They stay when their own starter goes. */
const HANDS_ON = /^(\S*\/)?((ba|da|z)?sh -c|npm|npx)\b|\/(npm|npx)(-cli\.js)?( |$)/;
/** More of them than anybody has one after another. */
const MOST = 8;

/**
 * The processes that have to be there for a process to have a starter: its parent, and as long as that only hands
 * commands on, the parent's parent. The parent alone where nothing tells of processes.
 */
export function startersOf(parent: number): number[] {
  const starters = [parent];
  while (starters.length < MOST) {
    const known = lookUp(starters.at(-1)!);
    if (!known || !HANDS_ON.test(known.command) || known.parent <= 1) break;
    starters.push(known.parent);
  }
  return starters;
}

function lookUp(pid: number): { parent: number; command: string } | undefined {
  try {
    if (process.platform !== 'linux') {
      const shown = execFileSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8' });
      const [, parent, command] = /^\s*(\d+)\s+(.*)/.exec(shown)!;
      return { parent: Number(parent), command: command! };
    }
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    // The name, in brackets, may hold anything.
    const [, parent] = /^.*\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
    return { parent: Number(parent), command };
  } catch {
    return undefined;
  }
}
