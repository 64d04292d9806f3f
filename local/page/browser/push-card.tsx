import type { ShownPush } from '../model';
import { Icon } from './icon';
import type { ScreenCard } from './lock-screen';
import { SenderLine } from './sender-line';
import { Ago } from './times';

/** Why something is not on the screen any more. */
const BECAUSE: Readonly<Record<string, string>> = {
  answered: 'Withdrawn: the call was answered',
  declined: 'Withdrawn: the call was declined',
  ended: 'Withdrawn: the call is over',
  over: 'No longer ringing',
  replaced: 'Replaced by a newer push',
  withdrawn: 'Withdrawn by a later push',
  deleted: 'Takes the message away',
};

/** A notification as a lock screen, or a browser, shows it. */
export function PushCard({
  card,
  onRaw,
}: {
  readonly card: ScreenCard;
  readonly onRaw: (push: ShownPush) => void;
}) {
  const { push, read, state, because } = card;
  if (read.form === 'silent') {
    return (
      <div class="notice notice-silent">
        <p class="notice-app">
          <Icon name="silent" /> Background push · <Ago time={push.time} />
        </p>
        <p class="notice-body">
          Nothing is shown{read.event ? `: ${read.event}` : ''}
          {read.withdraws ? '; the app takes the notification away' : '; the app is woken'}
        </p>
        <SenderLine push={push} onRaw={onRaw} />
      </div>
    );
  }
  if (read.form === 'unknown') {
    return (
      <div class="notice notice-silent">
        <p class="notice-app">
          <Icon name="code" /> A payload of its own kind · <Ago time={push.time} />
        </p>
        <pre class="notice-raw">{short(push.payload)}</pre>
        <SenderLine push={push} onRaw={onRaw} />
      </div>
    );
  }
  return (
    <div class={state === 'gone' ? 'notice notice-gone' : 'notice'}>
      <p class="notice-app">
        <Icon name={read.form === 'call' || read.form === 'call-ended' ? 'call' : 'message'} />
        {appOf(push)} · <Ago time={push.time} />
        {read.quiet && ' · silently'}
      </p>
      <p class="notice-title">{read.title}</p>
      {read.body !== '' && <p class="notice-body">{read.body}</p>}
      {because && <p class="notice-gone-why">{BECAUSE[because] ?? because}</p>}
      <SenderLine push={push} onRaw={onRaw} />
    </div>
  );
}

/** An app goes by its topic with APNs; nobody else tells whose a push is. */
function appOf({ headers, service }: ShownPush): string {
  return headers['apns-topic']?.replace(/\.voip$/, '') ?? (service === 'browser' ? 'Website' : 'Your app');
}

function short(payload: unknown): string {
  const text = typeof payload === 'string' ? payload : (JSON.stringify(payload) ?? 'nothing');
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
