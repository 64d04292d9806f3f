const KEPT = 'local-azure-token';

/**
 * The token that whatever changes something takes. It comes in the fragment, which no server and no log sees, and goes
 * from the address bar into this tab's storage. Nothing: the page was opened without it, and is there to be read.
 */
export function takeToken(): string | undefined {
  const sent = /^#token=([\w.~-]{8,})$/.exec(location.hash)?.[1];
  if (sent) {
    sessionStorage.setItem(KEPT, sent);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(KEPT) ?? undefined;
}
