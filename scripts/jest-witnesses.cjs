const { relative } = require('node:path');
const { isNamed, PROJECT, readWitnesses, FILE } = require('./witnesses.cjs');

/**
 * A jest reporter that fails the run when a witness of docs/local-azure.md did not pass in it. Of a run of some files, it
 * looks at theirs; of a run of some tests by name, at none.
 */
module.exports = class {
  constructor(globalConfig) {
    this.isWhole = globalConfig.testPathPatterns ? globalConfig.testPathPatterns.patterns.length === 0 : true;
    this.byName = Boolean(globalConfig.testNamePattern);
  }

  onRunComplete(_contexts, { testResults }) {
    if (this.byName) return;
    const passed = new Map(
      testResults.map(({ testFilePath, testResults: tests }) => [
        relative(PROJECT, testFilePath),
        tests.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName),
      ]),
    );
    const silent = readWitnesses().filter(({ file, name }) => {
      const names = passed.get(file);
      return names === undefined ? this.isWhole : !names.some((one) => isNamed(name, one));
    });
    if (!silent.length) return;
    const lines = silent.map(({ row, file, name }) => `  ${row}: ${file}: ${name}`);
    this.error = new Error(
      `witnesses in ${FILE} that did not pass in this run, by the row of docs/local-azure.md that they stand for:\n${lines.join('\n')}`,
    );
    process.stderr.write(`${this.error.message}\n`);
  }

  getLastError() {
    return this.error;
  }
};
