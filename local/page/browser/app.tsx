import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Breakage, PageModel } from '../model';
import { AzureClock } from './azure-time';
import { Breaking } from './breaking';
import { Commands } from './commands';
import { Deliveries } from './deliveries';
import { Icon } from './icon';
import { Inbox } from './inbox';
import { LinkSection } from './link-section';
import { useLive } from './live';
import { news } from './news';
import { Page } from './page-context';
import { People } from './people';
import { Resources } from './resources';
import { Talk } from './talk';
import { TopBar } from './top-bar';

/** The same each time, so that nothing is drawn again for it. */
const NONE: readonly never[] = [];
const NOTHING_BROKEN: Breakage = { unreachable: [], rejectedCredentials: [], throttledPercent: 0 };
const NO_DELIVERIES: PageModel['deliveries'] = { pending: 0, attempts: [], deadLetters: [] };

/** The whole page. */
export function App({ token }: { readonly token: string | undefined }) {
  const { model, connection, clockAt } = useLive();
  const [chosen, setChosen] = useState<string>();
  const {
    about,
    clock,
    resources = NONE,
    links = NONE,
    users = NONE,
    calls = NONE,
    messages = NONE,
    inbox = NONE,
  } = model;
  const { deliveries = NO_DELIVERIES, breakage = NOTHING_BROKEN } = model;
  const connected = connection === 'open';
  const link = links.find(({ acsId }) => acsId === chosen) ?? links[0];
  const commands = useMemo(
    () => new Commands(about?.environment, link, resources),
    [about?.environment, link, resources],
  );
  const page = useMemo(() => ({ token, connected, commands }), [token, connected, commands]);
  const telling = useMemo(
    () => clock && { clock, at: clockAt, goesOn: connected },
    [clock, clockAt, connected],
  );
  return (
    <Page.Provider value={page}>
      <AzureClock.Provider value={telling}>
        <a class="skip" href="#main">
          To the content
        </a>
        <TopBar
          about={about}
          links={links}
          connection={connection}
          speed={clock?.speed ?? 1}
          canAdvance={clock?.canAdvance ?? false}
        />
        <Notices readOnly={token === undefined} lost={connection === 'lost'} />
        <Announcer model={model} connection={connection} />
        <main id="main" class={connection === 'lost' ? 'stale' : undefined}>
          {useMemo(
            () => (
              <LinkSection links={links} link={link} breakage={breakage} onChoose={setChosen} />
            ),
            [links, link, breakage],
          )}
          <div class="column">
            {useMemo(
              () => (
                <Talk acsId={link?.acsId} users={users} calls={calls} messages={messages} />
              ),
              [link?.acsId, users, calls, messages],
            )}
            {useMemo(
              () => (
                <People users={users} />
              ),
              [users],
            )}
          </div>
          <div class="column">
            {useMemo(
              () => (
                <Inbox inbox={inbox} users={users} calls={calls} />
              ),
              [inbox, users, calls],
            )}
            {useMemo(
              () => (
                <Deliveries deliveries={deliveries} />
              ),
              [deliveries],
            )}
          </div>
          <div class="column">
            {useMemo(
              () => (
                <Breaking breakage={breakage} link={link} users={users} />
              ),
              [breakage, link, users],
            )}
            {useMemo(
              () => (
                <Resources resources={resources} />
              ),
              [resources],
            )}
          </div>
        </main>
        <footer class="foot">
          <p>
            Simulated: Azure, its push services and its clock. What of Azure is played stands in{' '}
            <code>docs/local-azure.md</code>. Commands are those of the package <code>cdktf-acs-push</code>,
            for a shell that has the environment that local Azure printed when it started.
          </p>
        </footer>
      </AzureClock.Provider>
    </Page.Provider>
  );
}

function Notices({ readOnly, lost }: { readonly readOnly: boolean; readonly lost: boolean }) {
  return (
    <>
      {lost && (
        <p class="banner banner-broken" role="alert">
          <Icon name="broken" />
          <span>
            The connection to local Azure is lost, and what you see is old. The page tries again by itself;
            start local Azure again if it was stopped.
          </span>
        </p>
      )}
      {readOnly && (
        <p class="banner" role="note">
          <Icon name="none" />
          <span>
            Read only: this address has no token. Open the link that local Azure printed when it started; it
            ends in <code>#token=…</code>.
          </span>
        </p>
      )}
    </>
  );
}

interface AnnouncerProps {
  readonly model: Partial<PageModel>;
  readonly connection: string;
}

/** Says what comes to who does not see it. */
function Announcer({ model, connection }: AnnouncerProps) {
  const before = useRef(model);
  const [text, setText] = useState('');
  useEffect(() => {
    const said = news(before.current, model);
    before.current = model;
    if (said !== '') setText(said);
  }, [model]);
  useEffect(() => {
    if (connection === 'open') setText('Connected to local Azure.');
  }, [connection]);
  return (
    <p class="visually-hidden" role="status" aria-live="polite" data-announcer>
      {text}
    </p>
  );
}
