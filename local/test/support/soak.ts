/** How often a test repeats what it does: `npm run test:soak` has as long as it takes (see jest.soak.config.js). */
export const repeats = (quick: number, soak: number): number =>
  process.env['ACS_PUSH_SOAK'] === '1' ? soak : quick;
