const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');

const run = createRequire(require.resolve('jest/package.json'))('jest-circus/runner').default;

/** Jest's own runner, which gives each file's result the seconds of processor time that the file took. */
module.exports = async (...args) => {
  const before = processorTime();
  const result = await run(...args);
  return { ...result, processorTime: processorTime() - before };
};

/** Seconds of this process and of all children that have ended. */
function processorTime() {
  try {
    // Behind the name in brackets, from the third on: user and system, then those of children, in ticks of 10 ms (proc(5)).
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    // Elsewhere than on Linux, without the children's.
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
}
