// What needs a browser, and therefore is no part of `npm test`: `npm run test:browser`.
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/{,local/}test/**/*.browser.ts'],
  // A browser that draws by software shares the processors with whatever else runs.
  testTimeout: 600_000,
};
