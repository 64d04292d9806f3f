import type { Page } from 'playwright-core';
import { ACS_ID, BOB, HUB_ID, Scene } from './scene';

/** The link, both senders and what is broken by hand, as the page shows them. */
const scene = new Scene();
let page: Page;

beforeAll(async () => {
  await scene.start();
  page = await scene.open();
});
afterAll(() => scene.close());

/** The first of that name: its command is a button beside it. */
const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
const section = (name: string) => page.getByRole('region', { name, exact: true });
/** The drawing, once it says that. */
const drawn = (words: string) => section('The link').getByRole('img', { name: words }).first();
const ring = async () =>
  (await scene.ask('POST', '/calls', { acsId: ACS_ID, from: '8:acs:alice', to: BOB })).pushes.map(
    ({ status }: { status?: number }) => status,
  );

test('each part says what would fill it while it is empty', async () => {
  for (const [part, words] of [
    ['The link', 'No Communication Services resource yet'],
    ['Calls and chat', 'No call yet'],
    ['Registered devices', 'Nobody is registered'],
    ['Inbox', 'No device yet'],
    ['Event deliveries', 'No event yet'],
    ['Resources', 'Nothing is deployed'],
  ] as const)
    await section(part).getByText(words).waitFor();
});

test('resources appear as they are made, the newest marked, and both senders are drawn', async () => {
  await scene.deploy();
  await section('Resources').getByText('acs-test').waitFor();
  await section('Resources').getByText('newest', { exact: true }).waitFor();
  for (const words of [
    'Communication Services acs-test: no hub linked.',
    'Relay Function fn-test: subscribed.',
    'Relay hub',
  ])
    await drawn(words).waitFor();
});

test('a window counts down with Azure’s clock, which the page moves to its end', async () => {
  await scene.registerPhones();
  // A resource that has sent something keeps to its window.
  await ring();
  await scene.link();
  const window = section('The link').getByText(/takes effect in/);
  await window.waitFor();
  expect(await window.innerText()).toContain('5:00');
  await button('+1 min').click();
  await section('The link').getByText('takes effect in 4:00').waitFor();
  await button('End of the window').click();
  await section('The link').getByText('In force: pushes go through calling').waitFor();
  expect((await scene.ask('GET', `/links?acsId=${ACS_ID}`)).effective.resourceId).toBe(HUB_ID);
  expect(await ring()).toEqual([201, 201]);
});

test('services that are closed take no push until they are opened', async () => {
  await button('Close APNs').click();
  await section('Break it').getByText('1 broken by hand').waitFor();
  await drawn('APNs iPhones: closed.').waitFor();
  const before = (await scene.ask('GET', '/inbox?service=apns')).length;
  await ring();
  expect(await scene.ask('GET', '/inbox?service=apns')).toHaveLength(before);
  await button('Open APNs').click();
  await section('Break it').getByText('nothing is broken by hand').waitFor();
});

test('a hub whose credentials are revoked reaches nobody until they are taken again', async () => {
  const before = (await scene.ask('GET', '/inbox')).length;
  await button(/^Revoke: calling/).click();
  await button(/^Take all again/).waitFor();
  await ring();
  expect(await scene.ask('GET', '/inbox')).toHaveLength(before);
  await button(/^Take all again/).click();
  await section('Break it').getByText('nothing is broken by hand').waitFor();
  await ring();
  expect((await scene.ask('GET', '/inbox')).length).toBeGreaterThan(before);
});

test('a throttled hub answers 429, and what the hub said stands beside the call', async () => {
  await button('Throttle every send').click();
  await button('Stop throttling').waitFor();
  expect(await ring()).toEqual([429, 429]);
  await section('Calls and chat').getByText('2 pushes of 2 refused by the hub: 429').first().waitFor();
  await button('Stop throttling').click();
  await button('Throttle every send').waitFor();
  expect(await ring()).toEqual([201, 201]);
});

test('events that were refused are tried again, and lie among the dead letters in the end', async () => {
  scene.functionAnswers = 503;
  await ring();
  await section('Event deliveries').getByText('503').first().waitFor();
  await button('+10 min').click();
  await section('Event deliveries').getByText('retry 1').first().waitFor();
  await button('+10 min').click();
  const letters = page.getByRole('list', { name: 'Dead letters' });
  await letters.getByText('MaxDeliveryAttemptsExceeded').first().waitFor();
  await letters
    .getByText(/^npx acs-push replay .* --event-id /)
    .first()
    .waitFor();
});

test('a key that turned, and a policy that was made anew, show as a link that sends nothing', async () => {
  const stale = section('The link').getByText('Its key is stale');
  await button('Turn the key').click();
  await stale.waitFor();
  expect(await ring()).toEqual([401, 401]);
  await section('Break it')
    .getByText(/^The key is another one/)
    .waitFor();
  await scene.link();
  await button('End of the window').click();
  await stale.waitFor({ state: 'detached' });
  await button('Re-make the rule').click();
  await stale.waitFor();
  expect(await ring()).toEqual([401, 401]);
});
