/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{,local/}test/**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }] },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/local/dist', '<rootDir>/cdktf.out'],
  testRunner: '<rootDir>/scripts/jest-runner.cjs',
  testSequencer: '<rootDir>/scripts/jest-sequencer.cjs',
  setupFilesAfterEnv: ['<rootDir>/test/support/setup.ts'],
  // For what hangs alone: a busy machine takes many times as long as one with nothing else to do.
  testTimeout: 300_000,
  // Much of the time goes into waiting: for clouds, for processes, for clocks.
  maxWorkers: 2,
};
