// Shows the relay's pushes. Every push shows something, withdrawals and late ones too: of a page whose pushes show
// nothing Safari withdraws the permission, and Chrome shows words of its own.

/** How long the words stay that stand for what was withdrawn, in milliseconds. */
const WITHDRAWN_FOR_MS = 4000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('push', (event) => event.waitUntil(handle(event.data.json())));

function handle(push) {
  if (push.withdraw) return withdraw(push);
  if (push.ring) return ring(push);
  return inTurn(() => show(push, { silent: push.silent || isOver(push) }));
}

let turn = Promise.resolve();

/** One after another: Chromium forgets a notification that is on its way while it is asked for those that are shown. */
function inTurn(work) {
  return (turn = turn.then(work, work));
}

/** Puts words in the place of what is shown, silently, and takes them away a moment later. */
async function withdraw(push) {
  await inTurn(() => show(push, { silent: true, withdrawn: true }));
  await wait(WITHDRAWN_FOR_MS);
  return inTurn(() => closeWithdrawn(push));
}

async function closeWithdrawn(push) {
  for (const notification of await shownUnder(push.tag))
    if (notification.data.withdrawn) notification.close();
}

/** Rings until somebody answers, another push takes the ring's place, or its time is over. */
async function ring(push) {
  if (isOver(push)) return inTurn(() => showLateRing(push));
  await inTurn(() => show(push, { requireInteraction: true, vibrate: [400, 200, 400], ringing: true }));
  await wait(push.expiresAt - Date.now());
  return inTurn(() => endRing(push));
}

async function endRing(push) {
  const [current] = await shownUnder(push.tag);
  if (current?.data.ringing) await show({ ...push, body: push.late }, { silent: true });
}

/** A ring that comes too late. What has taken its place already, such as a missed call, is shown once more instead. */
async function showLateRing(push) {
  const [current] = await shownUnder(push.tag);
  if (!current) return show({ ...push, body: push.late }, { silent: true });
  const { title, body, tag, data } = current;
  return self.registration.showNotification(title, { body, tag, data, silent: true });
}

function show({ title, body, tag, image, data }, { silent = false, withdrawn, ringing, ...options }) {
  return self.registration.showNotification(title, {
    body,
    tag,
    image,
    silent,
    // A new notification under the same tag is heard too, unless it is to be silent.
    renotify: !silent,
    data: { ...data, withdrawn, ringing },
    ...options,
  });
}

function shownUnder(tag) {
  return self.registration.getNotifications({ tag });
}

function isOver({ expiresAt }) {
  return Date.now() >= expiresAt;
}

function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

/** Brings the page forward and tells it what was clicked; without a page, opens one. */
async function open(data) {
  const [page] = await self.clients.matchAll({ type: 'window' });
  if (!page) return self.clients.openWindow(`./#${new URLSearchParams(JSON.parse(JSON.stringify(data)))}`);
  await page.focus();
  page.postMessage(data);
}
