import { useState } from 'preact/hooks';
import type { ShownCall, ShownPush, ShownUser } from '../model';
import { counted } from './names';
import { Phone } from './phone';
import { RawPush } from './raw-push';
import { devicesOf } from './screens';
import { Empty, Section } from './section';

/** As many screens as one can look at. */
const MOST_DEVICES = 6;

interface InboxProps {
  readonly inbox: readonly ShownPush[];
  readonly users: readonly ShownUser[];
  readonly calls: readonly ShownCall[];
}

/** Each push as the device that got it would show it. */
export function Inbox({ inbox, users, calls }: InboxProps) {
  const [more, setMore] = useState(0);
  const [raw, setRaw] = useState<ShownPush>();
  const most = MOST_DEVICES + more;
  const devices = devicesOf(users, inbox, most);
  const all = new Set([...users.flatMap((user) => user.devices), ...inbox].map(({ handle }) => handle)).size;
  return (
    <Section name="inbox" title="Inbox" summary={`${pushesTold(inbox)} on ${counted(all, 'device')}`}>
      {devices.length === 0 ? (
        <Empty>
          No device yet. A device that registers, and every push that a push service takes, shows here as its
          user would see it: lock screen, incoming call, browser.
        </Empty>
      ) : (
        <div class="phones">
          {devices.map((device) => (
            <Phone key={device.handle} device={device} calls={calls} onRaw={setRaw} />
          ))}
        </div>
      )}
      {all > devices.length && (
        <div class="more">
          <button type="button" class="quiet small" onClick={() => setMore(more + MOST_DEVICES)}>
            Show {Math.min(MOST_DEVICES, all - devices.length)} more of {all} devices
          </button>
        </div>
      )}
      {raw && <RawPush push={raw} onClose={() => setRaw(undefined)} />}
    </Section>
  );
}

/** Of very many the newest are there alone. */
function pushesTold(inbox: readonly ShownPush[]): string {
  const all = (inbox[0]?.number ?? -1) + 1;
  const there = counted(inbox.length, 'push', 'pushes');
  return all > inbox.length ? `the newest ${there} of ${all}` : there;
}
