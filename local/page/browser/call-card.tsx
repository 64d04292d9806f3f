import type { ShownCall } from '../model';
import { Action } from './action';
import { Icon } from './icon';
import { counted, userName } from './names';
import { answerCall, declineCall, hangUp } from './operations';
import { usePage } from './page-context';
import type { State } from './state';
import { StateBadge } from './state-badge';
import { Ago } from './times';

const STATES: Readonly<Record<ShownCall['state'], { state: State; words: string }>> = {
  ringing: { state: 'waiting', words: 'Ringing' },
  answered: { state: 'ok', words: 'Answered' },
  declined: { state: 'none', words: 'Declined' },
  ended: { state: 'none', words: 'Ended' },
};

/** A call, what became of its pushes, and what its people can do. */
export function CallCard({ call }: { readonly call: ShownCall }) {
  const { commands } = usePage();
  const { serverCallId, from, callerDisplayName, to, startedAt, state } = call;
  const caller = callerDisplayName || userName(from);
  const about = `call of ${caller}`;
  const which = { serverCallId };
  const command = commands.testCall(to[0] ?? '');
  const action = { about, command };
  return (
    <article class={`card call-${state}`} aria-label={`Call of ${caller}`}>
      <div class="card-head">
        <p>
          <strong>{caller}</strong> calls <span title={to.join(', ')}>{to.map(userName).join(', ')}</span>
        </p>
        <StateBadge state={STATES[state].state}>{STATES[state].words}</StateBadge>
      </div>
      <p class="hint">
        <Ago time={startedAt} /> · {pushesOf(call)}
      </p>
      {state === 'ringing' && (
        <div class="actions">
          <Action
            {...action}
            label="Answer"
            icon="call"
            tone="good"
            operation={answerCall(which)}
            done="Answered."
          />
          <Action
            {...action}
            label="Decline"
            icon="hangUp"
            tone="danger"
            operation={declineCall(which)}
            done="Declined."
          />
          <Action {...action} label="Hang up" icon="hangUp" operation={hangUp(which)} done="Hung up." />
        </div>
      )}
      {state === 'answered' && (
        <Action
          {...action}
          label="Hang up"
          icon="hangUp"
          tone="danger"
          operation={hangUp(which)}
          done="Hung up."
        />
      )}
    </article>
  );
}

/** What a hub said of each push, in one phrase. */
function pushesOf({ pushes }: ShownCall) {
  if (pushes.length === 0) return 'no device is registered';
  const refused = pushes.filter(({ status }) => status !== 201);
  if (refused.length === 0) return counted(pushes.length, 'push sent', 'pushes sent');
  const [{ status } = {}] = refused;
  return (
    <span class="bad">
      <Icon name="broken" /> {counted(refused.length, 'push', 'pushes')} of {pushes.length}{' '}
      {status === undefined
        ? 'not sent: no hub is linked'
        : status === 0
          ? 'not answered by the hub'
          : `refused by the hub: ${status}`}
    </span>
  );
}
