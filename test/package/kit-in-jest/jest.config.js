/** @type {import('jest').Config} */
module.exports = {
  testMatch: ['<rootDir>/jest/*.spec.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }] },
};
