import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { API_VERSIONS } from '../../link/api-versions';
import { launchChromium, openTab } from '../../local/test/support/chromium';
import { userTag } from '../../relay/tags';
import { ControlClient } from '../../testing/local/control-client';
import { PROJECT } from '../../testing/local/deployment';
import { pretendUser, registerInstallations } from '../../testing/local/pretend-devices';
import { DEPLOY_TIMEOUT_MS, openBench, type Bench } from './deployed';

/**
 * What `npm start -- --open` leads to: the page of local Azure with the environment `local` in it, where Bob's phones are
 * registered with Communication Services, Alice's with the relay's hub. `UPDATE_SCREENSHOTS=1` takes the README's pictures.
 */
const IMAGES = join(PROJECT, 'docs/images');
const PARTS = join(IMAGES, 'local-azure-page.txt');
const UPDATE = process.env.UPDATE_SCREENSHOTS === '1';

/** README's pictures: those of a desk as high as what is to be seen at once. */
const PICTURES = [
  { file: 'local-azure-page.png', viewport: { width: 1440, height: 1240 }, colorScheme: 'light' },
  { file: 'local-azure-page-dark.png', viewport: { width: 1440, height: 1240 }, colorScheme: 'dark' },
  { file: 'local-azure-page-phone.png', viewport: { width: 360, height: 1560 }, colorScheme: 'light' },
] as const;

let bench: Bench;
let browser: Browser;

beforeAll(async () => {
  bench = await openBench({ environmentName: 'local' });
  browser = await launchChromium();
  await bench.deployment.deploy();
  await play(await bench.deployment.outputs());
}, DEPLOY_TIMEOUT_MS);
afterAll(async () => {
  await browser?.close();
  await bench?.close();
});

/** A call and chat messages, by both senders; another call still rings. */
async function play(outputs: Record<string, unknown>): Promise<void> {
  const { cloud } = bench;
  const { control, controlToken } = cloud.azure.endpoints;
  const client = new ControlClient(control, controlToken);
  const acsId = String(outputs['communication_service_id']);
  const relayHub = String(outputs['relay_hub_id']);
  const resource = await cloud.reader.get(acsId, API_VERSIONS.communication);
  const immutableId = String(resource?.properties['immutableResourceId']);
  const [alice, bob] = [pretendUser('Alice', immutableId), pretendUser('Bob', immutableId)];
  for (const [platform, handle] of [
    ['apns', bob.apnsHandle],
    ['fcmv1', bob.fcmHandle],
  ] as const)
    await client.send('POST', '/devices', { acsId, rawId: bob.rawId, platform, handle });
  await registerInstallations(cloud.reader, relayHub, alice, userTag(alice.rawId), cloud.transport);
  const fromAlice = { acsId, from: alice.rawId };
  const call = { ...fromAlice, to: bob.rawId, callerDisplayName: 'Alice' };
  const { serverCallId } = await client.send<{ serverCallId: string }>('POST', '/calls', call);
  await client.send('POST', '/calls/answer', { serverCallId });
  await client.send('POST', '/calls/hang-up', { serverCallId });
  await client.send('POST', '/chat-messages', {
    ...fromAlice,
    to: [bob.rawId],
    senderDisplayName: 'Alice',
    text: 'See you at nine',
  });
  await client.send('POST', '/chat-messages', {
    acsId,
    from: bob.rawId,
    to: [alice.rawId],
    senderDisplayName: 'Bob',
    text: 'The slides are in the folder, please have a look before the meeting',
  });
  const reached = async (handle: string) => (await client.inbox(handle)).length > 0;
  while (!(await reached(alice.apnsHandle)) || !(await reached(alice.fcmHandle)))
    await new Promise((resolve) => setTimeout(resolve, 200));
  await client.send('POST', '/calls', { ...call, endedAfterSeconds: 3600 });
}

async function open(options: BrowserContextOptions): Promise<Page> {
  const page = await openTab(browser, options);
  await page.goto(bench.cloud.azure.endpoints.page);
  await page.getByRole('group', { name: 'Incoming call: Alice' }).first().waitFor();
  return page;
}

/** Headings and buttons, without what is another in each run. */
async function partsOf(page: Page): Promise<string> {
  const heads = await page.getByRole('heading').allInnerTexts();
  const buttons = await page.getByRole('button').allInnerTexts();
  const told = [...heads.map((text) => `heading ${text}`), ...buttons.map((text) => `button ${text}`)];
  const same = told.map((text) =>
    text
      .replace(/user [\da-f]{8}/, 'user')
      .replace(/\d+/g, 'n')
      .trim(),
  );
  return `${[...new Set(same)].sort().join('\n')}\n`;
}

test(
  'the page of a deployed stack has the parts that the pictures of README show',
  async () => {
    mkdirSync(IMAGES, { recursive: true });
    const page = await open({ viewport: PICTURES[0].viewport });
    const parts = await partsOf(page);
    if (UPDATE) writeFileSync(PARTS, parts);
    expect(parts).toBe(readFileSync(PARTS, 'utf8'));
    await page.getByText('environment local').waitFor();
    for (const { file, ...options } of PICTURES) {
      const shown = await open(options);
      const picture = await shown.screenshot();
      if (UPDATE) writeFileSync(join(IMAGES, file), picture);
      await shown.context().close();
    }
  },
  DEPLOY_TIMEOUT_MS,
);
