import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    // A deployment is a real apply: half a minute, and more on a machine that is busy.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
