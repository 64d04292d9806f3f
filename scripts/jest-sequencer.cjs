const { createRequire } = require('node:module');
const { relative } = require('node:path');
const { PROJECT } = require('./witnesses.cjs');

const fromJest = createRequire(require.resolve('jest/package.json'));
const Sequencer = createRequire(fromJest.resolve('jest-cli'))('@jest/test-sequencer').default;

/**
 * The files that take longest, longest first, as `scripts/jest-times.cjs` tells of a run. They come first as long as jest
 * does not know how long they take, as in a fresh checkout: it would go by the size of files, and the longest of these would
 * come last, with one worker at work and the others idle.
 */
const LONGEST = [
  'test/judges/matrix.test.ts',
  'test/local-deployment/start-command.test.ts',
  'test/local-deployment/credentials.test.ts',
  'test/package/examples.test.ts',
  'test/local-deployment/local-stack.test.ts',
  'test/package/consumer.test.ts',
  'test/link/verdicts.test.ts',
  'test/cli/deployed-environment.test.ts',
  'test/local-deployment/made-anew.test.ts',
  'test/package/testing-kit.test.ts',
  'test/local-deployment/monitoring.test.ts',
  'test/package/strict-consumers.test.ts',
  'test/local-deployment/locked-stack.test.ts',
  'test/package/moving-to-cdktn.test.ts',
  'test/local-deployment/remote-state.test.ts',
  'test/cli/recover-deploy.test.ts',
  'test/local-deployment/interrupted-deploy.test.ts',
  'test/lint.test.ts',
  'test/local-deployment/link-health.test.ts',
  'test/cli/relay-commands.test.ts',
  'test/local-deployment/azurerm-versions.test.ts',
  'test/local-deployment/refactored.test.ts',
  'test/local-deployment/imported.test.ts',
  'test/relay/devices.test.ts',
  'local/test/terraform/terraform.test.ts',
  'local/test/package/package.test.ts',
];

module.exports = class extends Sequencer {
  sort(tests) {
    const place = ({ path, duration }) => {
      const at = LONGEST.indexOf(relative(PROJECT, path));
      return duration !== undefined || at < 0 ? LONGEST.length : at;
    };
    // Sorting is stable: jest's own order holds for all others.
    return super.sort(tests).sort((a, b) => place(a) - place(b));
  }
};

module.exports.LONGEST = LONGEST;
