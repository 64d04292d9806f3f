// The tests of the constructs once more, with CDK Terrain in place of CDKTF by the names that the build rewrites. A part
// of `npm test`.
const base = { ...require('./jest.config.js') };
// Options of the run, which a configuration of one project of several may not have.
delete base.maxWorkers;
delete base.testSequencer;

// Of each token cdktn keeps where it was made, which no test looks at, and which takes a fifth of their time.
process.env.CDKTN_DISABLE_CREATION_STACK = '1';

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  displayName: 'cdktn',
  testMatch: ['<rootDir>/test/constructs/**/*.test.ts'],
  // A program that both flavours carry as it is, and that knows neither.
  testPathIgnorePatterns: ['test/constructs/publishing/publish-function-app'],
  moduleNameMapper: {
    '^cdktf$': 'cdktn',
    '^cdktf/(.*)$': 'cdktn/$1',
    '^@cdktf/provider-azurerm/(.*)$': '@cdktn/provider-azurerm/$1',
  },
};
