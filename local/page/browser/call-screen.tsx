import type { ShownPush } from '../model';
import { Action } from './action';
import { Icon } from './icon';
import type { ScreenCard } from './lock-screen';
import { answerCall, declineCall } from './operations';
import { usePage } from './page-context';
import { SenderLine } from './sender-line';

/** A device that rings. */
export function CallScreen({
  card,
  onRaw,
}: {
  readonly card: ScreenCard;
  readonly onRaw: (push: ShownPush) => void;
}) {
  const { commands } = usePage();
  const { push, read, call } = card;
  if (read.form !== 'call') return null;
  const rawId = read.callee ?? push.rawId ?? call?.to[0] ?? '';
  const about = `call of ${read.title} on this device`;
  const command = commands.testCall(rawId);
  const which = call && { serverCallId: call.serverCallId, rawId };
  return (
    <section class="ringing" role="group" aria-label={`Incoming call: ${read.title}`}>
      <span class="ringing-mark">
        <Icon name="call" />
      </span>
      <p class="ringing-name">{read.title}</p>
      <p class="ringing-body">{read.body || 'Incoming call'}</p>
      {which ? (
        <div class="ringing-actions">
          <Action
            label="Decline"
            about={about}
            icon="hangUp"
            tone="danger"
            operation={declineCall(which)}
            done="Declined."
            command={command}
          />
          <Action
            label="Answer"
            about={about}
            icon="call"
            tone="good"
            operation={answerCall(which)}
            done="Answered."
            command={command}
          />
        </div>
      ) : (
        <p class="ringing-body">A test push: there is no call to answer</p>
      )}
      <SenderLine push={push} onRaw={onRaw} />
    </section>
  );
}
