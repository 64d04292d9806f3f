import { useState } from 'preact/hooks';
import type { ShownCall, ShownPush } from '../model';
import { timeOfDay, useAzureNow } from './azure-time';
import { CallScreen } from './call-screen';
import { Icon } from './icon';
import { cardsOf } from './lock-screen';
import { SERVICE_NAMES, shortened, userName } from './names';
import { PushCard } from './push-card';
import type { Device } from './screens';

/** How many pushes a screen shows at once, and with each further step. */
const FIRST = 3;
const STEP = 20;

const KINDS = { apns: 'iPhone', fcmv1: 'Android', browser: 'Browser' } as const;

interface PhoneProps {
  readonly device: Device;
  readonly calls: readonly ShownCall[];
  readonly onRaw: (push: ShownPush) => void;
}

/** The lock screen of a device, or the notifications of a browser. */
export function Phone({ device: { handle, service, rawId, pushes, registered }, calls, onRaw }: PhoneProps) {
  const now = useAzureNow();
  const [more, setMore] = useState(0);
  const cards = cardsOf(pushes, calls, now);
  const ringing = cards.find(({ state }) => state === 'ringing');
  const rest = cards.filter((card) => card !== ringing);
  const shown = rest.slice(0, FIRST + more);
  const owner = rawId ? userName(rawId) : 'somebody';
  return (
    <article
      class={`phone phone-${service}${ringing ? ' phone-rings' : ''}`}
      aria-label={`${KINDS[service]} of ${owner}, ${shortened(handle, 12)}`}
    >
      <header class="phone-head">
        <Icon name={service === 'browser' ? 'window' : 'phone'} />
        <div>
          <h3 title={rawId}>{owner}</h3>
          <p class="hint" title={handle}>
            {KINDS[service]} by {SERVICE_NAMES[service]} · <code>{shortened(handle, 12)}</code>
            {!registered && rawId === undefined && ' · whose is not known'}
          </p>
        </div>
      </header>
      <div class="screen">
        {service !== 'browser' && <p class="screen-clock">{timeOfDay(now).slice(0, 5)}</p>}
        {ringing && <CallScreen card={ringing} onRaw={onRaw} />}
        {pushes.length === 0 && <p class="screen-empty">No push yet</p>}
        <ul class="notices" aria-label={`Pushes to ${owner}`}>
          {shown.map((card) => (
            <li key={card.push.number}>
              <PushCard card={card} onRaw={onRaw} />
            </li>
          ))}
        </ul>
        {rest.length > shown.length && (
          <button type="button" class="screen-more" onClick={() => setMore(more + STEP)}>
            {rest.length - shown.length} earlier
          </button>
        )}
      </div>
    </article>
  );
}
