// Which stacks the cdktf command that started this process asks for. It tells its app nothing of them, so its own command
// line is read; whatever is not understood to the last word counts as all of them.
const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { basename } = require('node:path');

/** Commands that synthesize and then touch no other stack than those they name. */
const OF_STACKS = ['deploy', 'destroy', 'diff'];
/** Options that choose no stack, and whether a value of theirs is a word of its own. */
const OPTIONS = {
  '--app': true,
  '-a': true,
  '--auto-approve': false,
  '--migrate-state': false,
  '--no-color': false,
  '--refresh-only': false,
  '--skip-provider-lock': false,
  '--disable-plugin-cache-env': false,
  '--output': true,
  '-o': true,
  '--parallelism': true,
  '--terraform-parallelism': true,
  '--var': true,
  '--var-file': true,
  '--outputs-file': true,
  '--outputs-file-include-sensitive-outputs': false,
};
/** What a stack is called that is no pattern. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const SHELLS = ['sh', 'bash', 'dash', 'zsh', 'ash'];

/**
 * @param {readonly string[]} words of the command line: `node …/cdktf deploy dev`
 * @returns {string[] | undefined} undefined for all
 */
function stacksAskedBy(words) {
  const [node, program, command, ...rest] = words;
  if (!/^node(?:\.exe)?$/.test(basename(node ?? '')) || !/^cdktf(?:\.js)?$/.test(basename(program ?? ''))) {
    return undefined;
  }
  if (!OF_STACKS.includes(command)) return undefined;
  const names = [];
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at];
    if (NAME.test(word)) names.push(word);
    else {
      const [option, value] = word.split('=', 2);
      if (!Object.hasOwn(OPTIONS, option)) return undefined;
      if (OPTIONS[option] && value === undefined) at++;
    }
  }
  return names.length > 0 ? names : undefined;
}

/**
 * Of the process that started this one, a shell between them left out.
 *
 * @returns {string[] | undefined} undefined where it cannot be known
 */
function askingCommand(pid = process.ppid) {
  const parent = processOf(pid);
  if (!parent) return undefined;
  return SHELLS.includes(basename(parent.words[0])) && parent.words[1] === '-c'
    ? processOf(parent.parent)?.words
    : parent.words;
}

/** @returns {{ words: string[], parent: number } | undefined} */
function processOf(pid) {
  try {
    if (process.platform === 'linux') {
      // The name in parentheses may hold anything, parentheses too.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return { words: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1), parent };
    }
    if (process.platform === 'win32') return undefined;
    const { stdout } = spawnSync('ps', ['-o', 'ppid=,args=', '-p', `${pid}`], { encoding: 'utf8' });
    const [parent, ...words] = stdout.trim().split(/\s+/);
    return words.length > 0 ? { words, parent: Number(parent) } : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { askingCommand, processOf, stacksAskedBy };
