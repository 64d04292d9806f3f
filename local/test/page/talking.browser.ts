import type { Page } from 'playwright-core';
import { ACS_ID, BOB, PHONE, Scene } from './scene';

/** Calls and chat on the page, by its own buttons, as somebody sees them who looks at it. */
const scene = new Scene();
let page: Page;

beforeAll(async () => {
  await scene.start();
  await scene.deploy();
  await scene.registerPhones();
  await scene.link();
  // The first link of a resource counts once somebody was rung.
  await scene.clock.advance(600_000);
  page = await scene.open();
});
afterAll(() => scene.close());

const phone = () => page.getByRole('article', { name: /^iPhone of bob/ });
/** The first of that name: its command is a button beside it. */
const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
const calls = () => page.getByRole('list', { name: 'Calls', exact: true }).getByRole('listitem');
const ringing = () => phone().getByRole('group', { name: 'Incoming call: Alice' });

test('a call that is placed on the page rings on the phone, and is withdrawn where it was answered', async () => {
  await button('Place a call').click();
  await ringing().waitFor();
  await calls().filter({ hasText: 'Ringing' }).waitFor();
  await phone()
    .getByRole('button', { name: /^Answer/ })
    .click();
  await phone().getByText('Withdrawn: the call was answered').waitFor();
  expect(await ringing().count()).toBe(0);
  await calls().first().getByText('Answered').waitFor();
  await calls()
    .first()
    .getByRole('button', { name: /^Hang up/ })
    .click();
  await calls().first().getByText('Ended').waitFor();
});

test('a call that is declined stops ringing', async () => {
  await button('Place a call').click();
  await ringing().waitFor();
  await phone()
    .getByRole('button', { name: /^Decline/ })
    .click();
  await calls().first().getByText('Declined').waitFor();
  await phone().getByText('Withdrawn: the call was declined').first().waitFor();
});

test('a call that nobody answers is withdrawn when Azure’s clock has passed 30 seconds', async () => {
  await button('Place a call').click();
  await ringing().waitFor();
  await button('move the clock').click();
  await phone().getByText('Withdrawn: the call is over').first().waitFor();
  expect(await ringing().count()).toBe(0);
});

test('the keyboard alone places a call and declines it', async () => {
  await page.getByLabel('To, a raw id').focus();
  await page.keyboard.press('Enter');
  await ringing().waitFor();
  const decline = phone().getByRole('button', { name: /^Decline/ });
  await reachByTab(page, async () => (await decline.and(page.locator(':focus')).count()) === 1);
  await page.keyboard.press('Enter');
  await calls().first().getByText('Declined').waitFor();
});

test('a chat message is shown on the phone, edited and deleted there', async () => {
  await page.getByLabel('Chat message').fill('Lunch at noon?');
  await button(/^Send/).click();
  await phone().getByText('Lunch at noon?').waitFor();
  const message = page.getByRole('article', { name: 'Message to bob' }).first();
  await message.getByRole('button', { name: /^Edit/ }).click();
  await message.getByLabel('New text').fill('Lunch at one?');
  await message.getByRole('button', { name: /^Save/ }).click();
  await phone().getByText('Lunch at one?').waitFor();
  await message.getByText('Edited', { exact: true }).waitFor();
  await message.getByRole('button', { name: /^Delete/ }).click();
  await message.getByText('Deleted', { exact: true }).waitFor();
  expect(await message.getByRole('button', { name: /^Edit/ }).count()).toBe(0);
  await phone().getByText('Withdrawn by a later push').first().waitFor();
});

test('what a push carried is one click away', async () => {
  await scene.ask('POST', '/chat-messages', {
    acsId: ACS_ID,
    from: '8:acs:alice',
    to: [BOB],
    text: 'the newest',
  });
  await phone().getByText('the newest').waitFor();
  const [newest] = (await scene.ask('GET', `/inbox?handle=${PHONE}`)).slice(-1);
  await phone()
    .getByRole('button', { name: /^Raw payload/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  expect(JSON.parse(await dialog.getByLabel('Payload').innerText())).toEqual(newest.payload);
  await dialog.getByText('apns-topic', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('each button shows the command that would find what it does, by ids where no environment is named', async () => {
  await button(/^Command for Place a call/).click();
  const command = page.getByRole('group', { name: 'command', exact: true });
  expect(await command.innerText()).toBe(
    `npx acs-push test-call --communication-service ${ACS_ID} --callback https://example.com/callback --user ${BOB}`,
  );
  await button(/^Command for Place a call/).click();
  expect(await command.count()).toBe(0);
});

test('a registration that expires, and a user who signs out, are rung no more', async () => {
  const devices = () => scene.ask('GET', `/devices?acsId=${ACS_ID}&rawId=${BOB}`);
  const user = page.getByRole('article', { name: 'bob', exact: true });
  await user
    .getByRole('button', { name: /^Let expire/ })
    .first()
    .click();
  await until(async () => (await devices()).length === 1);
  await user.getByRole('button', { name: /^Sign out/ }).click();
  await until(async () => (await devices()).length === 0);
  await button('Place a call').click();
  await calls().first().getByText('no device is registered').waitFor();
});

/** Waits until something is so; the test's own timeout is the limit. */
async function until(so: () => Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** As somebody who has no mouse: at most as often as a page has stops. */
async function reachByTab(on: Page, reached: () => Promise<boolean>): Promise<void> {
  for (let stops = 0; !(await reached()); stops += 1) {
    if (stops > 200) throw new Error('no Tab comes there');
    await on.keyboard.press('Tab');
  }
}
