/**
 * Registers this browser with the relay's devices API: at every start of the page, since subscriptions change.
 *
 * @param {object} settings
 * @param {string} settings.api `https://{function app}.azurewebsites.net`
 * @param {string} settings.vapidPublicKey the public key of the hub's browser credential
 * @param {string} settings.user raw id of the ACS identity that is signed in
 * @param {() => Promise<string>} settings.accessToken gets an access token for the API's audience
 * @throws {Error} when the user does not allow notifications, or the registration is refused
 */
export async function register({ api, vapidPublicKey, user, accessToken }) {
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Error('notifications are not allowed');
  await navigator.serviceWorker.register('service-worker.js');
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await subscribe(pushManager, {
    userVisibleOnly: true,
    applicationServerKey: vapidPublicKey,
  });
  const device = {
    platform: 'browser',
    pushChannel: subscription.toJSON(),
    user,
    language: navigator.language,
  };
  await ask('PUT', api, accessToken, device);
}

/** A subscription is bound to the key that it was made with: when the hub has another one, a new one takes its place. */
async function subscribe(pushManager, options) {
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    if (error.name !== 'InvalidStateError') throw error;
    const former = await pushManager.getSubscription();
    await former?.unsubscribe();
    return pushManager.subscribe(options);
  }
}

/** Takes the registration back; part of signing out, before the credential is thrown away. */
export async function unregister({ api, accessToken }) {
  await ask('DELETE', api, accessToken);
  localStorage.removeItem('installationId');
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

async function ask(method, api, accessToken, body) {
  const response = await fetch(`${api}/api/devices/${installationId()}`, {
    method,
    headers: {
      authorization: `Bearer ${await accessToken()}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  // Of a registration that is not there (any more) nothing needs to be taken back.
  if (response.ok || (method === 'DELETE' && response.status === 404)) return;
  throw new Error(`${method} of the registration answered ${response.status}: ${await response.text()}`);
}

/** One for each sign-in, kept until sign-out. */
function installationId() {
  const id = localStorage.getItem('installationId') ?? crypto.randomUUID();
  localStorage.setItem('installationId', id);
  return id;
}
