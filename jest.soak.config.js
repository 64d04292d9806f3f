// What chance decides, over many more runs than `npm test` has time for.
process.env.ACS_PUSH_SOAK = '1';

/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: [
    '<rootDir>/local/test/azure/core/hostile.test.ts',
    '<rootDir>/test/link/rotate-rule.test.ts',
    '<rootDir>/test/link/rotation-among-deploys.test.ts',
    '<rootDir>/test/link/two-hundred-runs.test.ts',
    '<rootDir>/test/relay/deployed-under-load.test.ts',
    '<rootDir>/test/relay/devices/registrations.test.ts',
    '<rootDir>/test/relay/events-once.test.ts',
    '<rootDir>/test/relay/faults.test.ts',
    '<rootDir>/test/relay/rotation.test.ts',
  ],
};
