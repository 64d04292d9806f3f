/**
 * How often a test repeats what it does: `npm test` has twenty minutes for everything, `npm run test:soak` (see
 * jest.soak.config.js) as long as it takes.
 */
export const repeats = (quick: number, soak: number): number =>
  process.env['ACS_PUSH_SOAK'] === '1' ? soak : quick;
