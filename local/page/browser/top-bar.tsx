import type { About, ShownLink } from '../model';
import { Action } from './action';
import { timeOfDay, useAzureNow } from './azure-time';
import { moveClock } from './operations';
import { usePage } from './page-context';
import { StateBadge } from './state-badge';
import type { Live } from './live';

interface TopBarProps {
  readonly about: About | undefined;
  readonly links: readonly ShownLink[];
  readonly connection: Live['connection'];
  readonly speed: number;
  readonly canAdvance: boolean;
}

/** What runs, whether it still answers, and Azure's clock, which can be moved. */
export function TopBar({ about, links, connection, speed, canAdvance }: TopBarProps) {
  return (
    <header class="top-bar">
      <div class="brand">
        <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
          <rect x="1" y="1" width="30" height="30" rx="8" class="brand-tile" />
          <path d="M10 21V13a6 6 0 0112 0v8l2 2H8zM14 25.500a2.200 2.200 0 004 0" class="brand-bell" />
        </svg>
        <div>
          <h1>local Azure</h1>
          <p class="brand-about">
            {about?.environment && (
              <>
                environment <strong>{about.environment}</strong> ·{' '}
              </>
            )}
            {about ? `version ${about.version} · seed ${about.seed}` : ' '}
          </p>
        </div>
      </div>
      <Connection state={connection} />
      <ClockPanel links={links} speed={speed} canAdvance={canAdvance} />
    </header>
  );
}

function Connection({ state }: { readonly state: Live['connection'] }) {
  if (state === 'open') return <StateBadge state="ok">Live</StateBadge>;
  return state === 'lost' ? (
    <StateBadge state="broken">Connection lost</StateBadge>
  ) : (
    <StateBadge state="waiting">Connecting</StateBadge>
  );
}

function ClockPanel({ links, speed, canAdvance }: Pick<TopBarProps, 'links' | 'speed' | 'canAdvance'>) {
  const now = useAzureNow();
  const { commands } = usePage();
  const end = Math.max(
    ...links.flatMap(({ pending }) => pending.map(({ effectiveAt }) => Date.parse(effectiveAt))),
  );
  const toEnd = Number.isFinite(end) ? Math.max(0, Math.ceil((end - now) / 1000)) : 0;
  const move = (label: string, seconds: number, done: string) => (
    <Action
      label={label}
      about="move the clock"
      operation={moveClock({ advanceSeconds: seconds })}
      done={done}
      command={commands.verify('--wait')}
      disabled={!canAdvance || seconds === 0}
    />
  );
  return (
    <div class="clock" role="group" aria-label="Azure's clock">
      <p class="clock-face">
        <span class="clock-time" role="timer" aria-label="Azure's time, UTC">
          {now === 0 ? '--:--:--' : timeOfDay(now)}
        </span>
        <span class="clock-speed">{clockWords(speed, canAdvance)}</span>
      </p>
      {move('+1 min', 60, 'One minute later.')}
      {move('+10 min', 600, 'Ten minutes later.')}
      {move('End of the window', toEnd, 'The window is over.')}
    </div>
  );
}

function clockWords(speed: number, canAdvance: boolean): string {
  const pace = speed === 0 ? 'UTC, stands still' : speed === 1 ? 'UTC' : `UTC, ${speed} times as fast`;
  return canAdvance ? pace : `${pace}, cannot be moved`;
}
