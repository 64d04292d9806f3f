/** A jest reporter that closes with the counts in one plain line, for people and for scripts that read logs. */
module.exports = class {
  onRunComplete(_contexts, results) {
    // A file that cannot even be loaded has no tests to count, and is a failure all the same.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const line = `${results.numPassedTests} passed, ${failed} failed\n`;
    // jest prints its own summary after every reporter has run.
    process.once('exit', () => process.stderr.write(line));
  }
};
