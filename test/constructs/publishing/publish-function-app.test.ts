import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { machineEnvironment } from '../../../testing/local/deployment';
import { ensureAssets } from '../../support/assets';
import { BreakingProxy, type Fate } from '../../support/breaking-proxy';
import { HOST, POLL, PUBLISH, PublishingWorld, SCM, TOKEN } from './support/publishing-world';

const SCRIPT = join(__dirname, '../../../dist/publishing/publish-function-app.cjs');

let world: PublishingWorld;

beforeAll(async () => {
  ensureAssets();
  world = await PublishingWorld.start();
});

afterAll(() => world.close());

/** Runs the step as Terraform's local-exec does. */
function publish(environment: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [SCRIPT], {
    env: {
      ...machineEnvironment(),
      ...world.azure.environment,
      PUBLISH_HOST: HOST,
      PUBLISH_PACKAGE: world.zip,
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
}

/** Publishes through a proxy that cuts connections, the first requests of a kind as listed. */
async function publishThrough(
  cuts: Readonly<Record<string, readonly Fate[]>>,
  more = {},
  strangers: readonly string[] = [],
) {
  const left = Object.fromEntries(Object.entries(cuts).map(([request, fates]) => [request, [...fates]]));
  const proxy = await BreakingProxy.start(
    world.azure,
    (request) => left[request]?.shift() ?? 'answered',
    strangers,
  );
  try {
    const result = await publish({ HTTPS_PROXY: proxy.url, https_proxy: proxy.url, ...more });
    return { ...result, seen: proxy.seen };
  } finally {
    proxy.close();
  }
}

describe('the publishing step', () => {
  it('goes on when a connection is lost at each step', async () => {
    const cuts: Record<string, Fate[]> = {
      [TOKEN]: ['not sent'],
      [PUBLISH]: ['answer lost'],
      [POLL]: ['half an answer'],
    };
    const { code, stderr, seen } = await publishThrough(cuts);
    expect([code, stderr]).toEqual([0, '']);
    for (const [request, fates] of Object.entries(cuts)) {
      expect(seen).toEqual(expect.arrayContaining(fates.map((fate) => `${request} ${fate}`)));
    }
    expect(seen.at(-1)).toBe(`${POLL} answered`);
    expect(await world.hasCode()).toBe(true);
  });

  it('says at once what no repetition mends: a refused sign-in', async () => {
    const { code, stderr, seen } = await publishThrough({}, { ARM_CLIENT_SECRET: 'wrong' });
    expect(code).toBe(1);
    expect(stderr).toContain('put this right and deploy again');
    expect(seen.filter((request) => request.startsWith(PUBLISH))).toEqual([]);
    expect(seen.filter((request) => request.startsWith(TOKEN))).toHaveLength(1);
  });

  test.each([
    [SCM, [`${TOKEN} answered`]],
    ['login.microsoftonline.com', []],
  ])('says at once that the certificate of %s is not trusted, and how to trust it', async (host, asked) => {
    const { code, stderr, seen } = await publishThrough({}, {}, [host]);
    expect([code, seen]).toEqual([1, asked]);
    expect(stderr).toContain('is not trusted');
    expect(stderr).toContain('NODE_EXTRA_CA_CERTS');
  });
});
