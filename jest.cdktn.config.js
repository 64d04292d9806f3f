const flavoured = require('./jest.config.js');

// The same tests of the constructs, with CDK Terrain in place of CDKTF, as the build rewrites the names of modules.
/** @type {import('jest').Config} */
module.exports = {
  ...flavoured,
  displayName: 'cdktn',
  testMatch: ['<rootDir>/test/constructs/**/*.test.ts'],
  moduleNameMapper: {
    '^cdktf$': 'cdktn',
    '^cdktf/(.*)$': 'cdktn/$1',
    '^@cdktf/provider-azurerm/(.*)$': '@cdktn/provider-azurerm/$1',
  },
};
