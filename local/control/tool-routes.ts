import { z } from 'zod';
import { iso, type Clock } from '../azure/core/clock';
import { controlRoute, type ControlRoute } from '../azure/core/control-route';
import { time } from '../azure/core/control-schemas';
import { snapshotSchema, type Snapshot } from '../azure/core/snapshot';

/** What whoever started it tells of a local Azure. */
export interface RunningTool {
  readonly clock: Clock;
  describe(): z.output<typeof description>;
  snapshot(): Promise<Snapshot>;
  /** @throws RangeError saying where the snapshot is wrong */
  reset(snapshot?: Snapshot): Promise<void>;
}

/** Storage accounts and packages of Function Apps are in a snapshot, a third larger than they are. */
const SNAPSHOT_LIMIT = 256 * 1024 * 1024;

const description = z.object({
  seed: z.number(),
  endpoints: z
    .object({
      proxy: z.string(),
      https: z.string(),
      control: z.string(),
      controlToken: z.string().describe('For whatever changes something over HTTP: Authorization: Bearer'),
      page: z.string().describe('With the token, in its fragment'),
      certificateFile: z.string(),
      certificateBundleFile: z.string(),
      subscriptionId: z.string(),
      tenantId: z.string(),
    })
    .describe('Where it is reached, and the files of its certificates'),
  environment: z
    .record(z.string(), z.string())
    .describe('Variables for Terraform and the SDKs: proxy, certificates, credentials, stand-in providers'),
});
const clockState = z.object({ now: time, speed: z.number().positive() });

/** What is asked of a local Azure as a whole: how to reach it, its time, to be emptied, and all that it keeps. */
export function toolRoutes(tool: RunningTool): readonly ControlRoute[] {
  const shownClock = () => ({ now: iso(tool.clock.now()), speed: tool.clock.speed });
  return [
    controlRoute({
      method: 'GET',
      path: '/environment',
      summary:
        'How to reach local Azure: addresses, environment variables, and the seed of all that is random.',
      secret: true,
      answer: description,
      handle: () => tool.describe(),
    }),
    controlRoute({
      method: 'GET',
      path: '/clock',
      summary: "Azure's time, and how many times faster than the machine's clock it runs.",
      answer: clockState,
      handle: shownClock,
    }),
    controlRoute({
      method: 'POST',
      path: '/clock',
      summary: 'Puts the clock forward; what would have happened until then happens.',
      body: z.strictObject({ advanceSeconds: z.number().min(0).max(MOST_SECONDS) }),
      answer: clockState,
      async handle({ body }) {
        const { clock } = tool;
        if (!clock.advance)
          throw new RangeError('the clock that local Azure was started with cannot be put forward');
        await clock.advance(body.advanceSeconds * 1000);
        return shownClock();
      },
    }),
    controlRoute({
      method: 'POST',
      path: '/reset',
      summary:
        'Ends what is going on and starts again empty; addresses, certificates and tokens of the deployer stay.',
      handle: () => tool.reset(),
    }),
    controlRoute({
      method: 'GET',
      path: '/snapshot',
      summary: 'All that local Azure keeps, secrets included. What goes on is not in it.',
      secret: true,
      answer: snapshotSchema,
      handle: () => tool.snapshot(),
    }),
    controlRoute({
      method: 'PUT',
      path: '/snapshot',
      summary: 'Ends what is going on and goes on from a snapshot.',
      body: snapshotSchema,
      bodyLimit: SNAPSHOT_LIMIT,
      handle: ({ body }) => tool.reset(body),
    }),
  ];
}

/** A thousand years: no date of JavaScript's is left behind. */
const MOST_SECONDS = 1000 * 365 * 86_400;
