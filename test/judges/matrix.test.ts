import { FAULTS } from '../../judges/matrix/cells';
import { endedWell, resultText, runMatrix } from '../../judges/matrix/matrix';
import { PHASES } from '../../judges/matrix/phases';

const SEED = 1;
const TIMEOUT_MS = 3_600_000;

/** The whole matrix is `npm run matrix`; of GET and HEAD, which are repeated by whoever asks, it alone knows. */
test(
  `a twentieth of the faults at writing requests, by seed ${SEED}: everything ends as if nothing had been`,
  async () => {
    const told: string[] = [];
    const results = await runMatrix({
      stack: 'small',
      phases: PHASES,
      faults: FAULTS,
      places: 'writes',
      seed: SEED,
      sample: 0.05,
      providers: 'stand-in',
      atOnce: 2,
      tell: (line) => told.push(line),
    });
    expect(told).toContainEqual(expect.stringContaining(`by seed ${SEED}`));
    expect(new Set(results.map(({ phase }) => phase))).toEqual(new Set(PHASES));
    expect(new Set(results.map(({ fault }) => fault))).toEqual(new Set(FAULTS));
    expect(results.filter((result) => !endedWell(result)).map(resultText)).toEqual([]);
  },
  TIMEOUT_MS,
);
