import type { Page } from 'playwright-core';
import { ACS_ID, PHONE, Scene, WINDOW_MS } from './scene';

/** The page for everybody: by night, on a small screen, without a token, with payloads that nobody expects. */
const scene = new Scene();

beforeAll(async () => {
  await scene.start();
  await scene.deploy();
  await scene.registerPhones();
  await scene.link();
  await scene.clock.advance(2 * WINDOW_MS);
});
afterAll(() => scene.close());
afterEach(async () => {
  for (const context of scene.contexts()) await context.close();
});

const background = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
const sideways = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

test('it is dark where the system is', async () => {
  const [light, dark] = await Promise.all([
    scene.open({ colorScheme: 'light' }),
    scene.open({ colorScheme: 'dark' }),
  ]);
  expect(await background(light)).not.toBe(await background(dark));
});

test('nothing moves for who asked for that', async () => {
  const page = await scene.open({ reducedMotion: 'reduce' });
  const running = await page.evaluate<number>('document.getAnimations().length');
  expect(running).toBe(0);
});

test.each([360, 768, 1024, 1440])('it fits %i pixels, long names and all', async (width) => {
  const long = `8:acs:${'a-very-long-id-without-an-end-'.repeat(8)}`;
  await scene.registerPhones(long, '-of-another');
  await scene.ask('POST', '/calls', {
    acsId: ACS_ID,
    from: long,
    to: long,
    callerDisplayName: 'W'.repeat(120),
  });
  scene.deliver({ payload: { aps: { alert: { title: 'W'.repeat(300), body: 'w'.repeat(900) } } } });
  const page = await scene.open({ viewport: { width, height: 800 } });
  await page
    .getByRole('group', { name: /^Incoming call/ })
    .first()
    .waitFor();
  for (const command of await page.getByRole('button', { name: /^Command for/ }).all()) await command.click();
  expect(await sideways(page)).toBe(0);
});

test('a payload is text, whatever it holds, and one of no known kind is shown as it is', async () => {
  const page = await scene.open();
  const bad = '<img src=x onerror="document.title=`taken`"><script>document.title="taken"</script>';
  const payloads: unknown[] = [
    { aps: { alert: { title: bad, body: bad } }, acs: { event: bad } },
    { aps: { alert: bad } },
    { message: { notification: { title: bad }, data: { event: bad, title: 7 } } },
    { message: null },
    { title: [bad], body: { toString: bad } },
    { aps: { alert: { title: {}, body: [] } }, acs: [] },
    { constructor: bad, ['__proto__']: bad },
    bad,
    null,
    7,
    [],
    { title: bad, body: bad, tag: bad, ring: 'yes', withdraw: {} },
  ];
  for (const service of ['apns', 'fcmv1', 'browser'] as const) {
    for (const payload of payloads)
      scene.deliver({ service, handle: `${service}-of-somebody`, headers: { [bad]: bad }, payload });
  }
  for (const kind of ['iPhone', 'Android', 'Browser']) {
    const device = page.getByRole('article', { name: `${kind} of somebody` });
    await device.waitFor();
    for (const more = device.getByRole('button', { name: /earlier$/ }); (await more.count()) > 0;)
      await more.click();
    expect(await device.getByRole('button', { name: /^Raw payload/ }).count()).toBe(payloads.length);
    expect(await device.getByText('<img src=x').count()).toBeGreaterThan(0);
    await device
      .getByRole('button', { name: /^Raw payload/ })
      .first()
      .click();
    await page.getByRole('dialog').getByText('<img src=x').first().waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
  }
  expect(await page.locator('main img, main script').count()).toBe(0);
  expect(await page.title()).toBe('local Azure');
});

test('hundreds of pushes and resources are bounded, and what is left out is told', async () => {
  for (let i = 0; i < 400; i += 1)
    scene.deliver({ handle: i % 2 ? PHONE : `phone-${i}`, payload: { aps: { alert: `push ${i}` } } });
  const page = await scene.open();
  await page.getByText(/^the newest 200 pushes of/).waitFor();
  expect(await page.getByRole('article', { name: /^iPhone of/ }).count()).toBeLessThanOrEqual(6);
  await page.getByRole('button', { name: /more of \d+ devices$/ }).waitFor();
  expect(await page.locator('.notice').count()).toBeLessThan(40);
});

test('a background push is said to show nothing', async () => {
  scene.deliver({
    headers: { 'apns-push-type': 'background' },
    payload: { aps: { 'content-available': 1 }, acs: { event: 'MissedCallWithdrawn' } },
  });
  const page = await scene.open();
  await page.getByText('Nothing is shown: MissedCallWithdrawn').first().waitFor();
});

test('a link on another site, as on a terminal in a browser, leads to it', async () => {
  const page = await scene.open();
  await page.route('https://terminal.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${scene.azure.endpoints.page}">page</a>` }),
  );
  await page.goto('https://terminal.example/');
  await page.getByRole('link').click();
  await page.getByText('Live', { exact: true }).waitFor();
});

test('without the token it is there to be read, and says how to get the link with it', async () => {
  const page = await scene.open({ fragment: '' });
  await page.getByRole('note').getByText('Read only').waitFor();
  expect(await page.getByRole('button', { name: 'Place a call' }).first().isDisabled()).toBe(true);
});

test('the token goes from the address bar and is good until the tab is closed', async () => {
  const page = await scene.open();
  expect(page.url()).not.toContain('token');
  await page.reload();
  expect(await page.getByRole('button', { name: 'Place a call' }).first().isEnabled()).toBe(true);
});

test('a token that opens nothing is told beside the button: what, where, and what to do', async () => {
  const page = await scene.open({ fragment: '#token=another-one-0123456789' });
  await page.getByRole('button', { name: 'Close APNs' }).first().click();
  const told = page.getByRole('status').filter({ hasText: 'POST /push-services/reachable: 401' });
  await told.getByText(/Open the link that local Azure printed when it started/).waitFor();
});

test('a link that is opened in the same tab brings its token, and leaves the address bar', async () => {
  const page = await scene.open({ fragment: '#token=another-one-0123456789' });
  await page.evaluate('document.same = true');
  await page.goto(scene.azure.endpoints.page);
  await page.waitForURL(`${scene.azure.endpoints.control}/`);
  await page.getByRole('button', { name: 'Close APNs' }).first().click();
  await page.getByRole('button', { name: 'Open APNs' }).first().click();
  await page.getByRole('button', { name: 'Close APNs' }).first().waitFor();
  expect(await page.evaluate('document.same')).toBe(true);
});

test('it says that the connection is lost and what it shows is old, and goes on when local Azure is back', async () => {
  const page = await scene.open();
  const port = Number(new URL(scene.azure.endpoints.control).port);
  await scene.azure.close();
  await page.getByRole('alert').getByText('what you see is old').waitFor();
  await page.getByText('Connection lost', { exact: true }).waitFor();
  await page.getByRole('article', { name: /^iPhone of bob/ }).waitFor();
  expect(await page.getByRole('button', { name: 'Place a call' }).first().isDisabled()).toBe(true);
  await scene.startAzure({ ports: { control: port } });
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('Nothing is deployed').waitFor();
});
