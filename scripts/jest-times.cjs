const { relative } = require('node:path');
const { PROJECT } = require('./witnesses.cjs');

const SHOWN = 15;

/**
 * A jest reporter that closes with the files that took longest, and with the processor time of all: what decides on a
 * machine that is busy, where the clock tells little.
 */
module.exports = class {
  onRunComplete(_contexts, { testResults, startTime }) {
    const files = testResults.map(({ testFilePath, displayName, perfStats, processorTime = 0 }) => ({
      name: [relative(PROJECT, testFilePath), displayName?.name].filter(Boolean).join(', '),
      seconds: (perfStats.end - perfStats.start) / 1000,
      processorTime,
    }));
    const sum = (of) => Math.round(files.reduce((total, file) => total + file[of], 0));
    const longest = [...files].sort((a, b) => b.seconds - a.seconds).slice(0, SHOWN);
    const column = (value) => value.toFixed(1).padStart(8);
    const lines = [
      'longest test files, in seconds: by the clock, of processor time with all that they started',
      ...longest.map(
        ({ seconds, processorTime, name }) => `${column(seconds)}${column(processorTime)}  ${name}`,
      ),
      `${files.length} files: ${sum('seconds')} s, ${sum('processorTime')} s of processor time; the run took ${Math.round((Date.now() - startTime) / 1000)} s`,
    ];
    // Of one file, jest says how long it took.
    if (files.length > 1) process.stderr.write(`\n${lines.join('\n')}\n`);
  }
};
