import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { plantedFiles } from '../support/planted-files';

const PROJECT = join(__dirname, '../..');

test('a run of a configuration of its own, as of the tests in a browser, needs no witness of docs/local-azure.md', () => {
  const config = {
    rootDir: PROJECT,
    testMatch: ['<rootDir>/local/test/push-services/**/*.test.ts'],
  };
  using planted = plantedFiles({
    'jest.config.js': `module.exports = { ...require('${PROJECT}/jest.config.js'), ...${JSON.stringify(config)} };`,
  });
  const { status, stderr } = spawnSync(
    process.execPath,
    ['scripts/jest.mjs', '--config', join(planted.folder, 'jest.config.js')],
    { cwd: PROJECT, encoding: 'utf8' },
  );
  expect(stderr).toContain('PASS local/test/push-services/');
  expect(status).toBe(0);
});
