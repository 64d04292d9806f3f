import { useState } from 'preact/hooks';
import type { ShownDeliveries } from '../model';
import { BoundedList } from './bounded-list';
import { CommandLine } from './command-line';
import { counted, nameOf, shortened } from './names';
import { usePage } from './page-context';
import { Empty, Section } from './section';
import type { State } from './state';
import { StateBadge } from './state-badge';
import { At } from './times';

/** What Event Grid delivered, tried again and gave up. */
export function Deliveries({
  deliveries: { pending, attempts, deadLetters },
}: {
  readonly deliveries: ShownDeliveries;
}) {
  const [only, setOnly] = useState<'all' | 'failed'>('all');
  const failed = attempts.filter(({ status }) => !isDone(status));
  const shown = only === 'all' ? attempts : failed;
  return (
    <Section
      name="deliveries"
      title="Event deliveries"
      summary={
        <>
          <StateBadge state={pending > 0 ? 'waiting' : 'ok'}>
            {pending > 0 ? `${pending} on their way` : 'none on its way'}
          </StateBadge>
          <StateBadge state={deadLetters.length > 0 ? 'broken' : 'ok'}>
            {counted(deadLetters.length, 'dead letter')}
          </StateBadge>
        </>
      }
    >
      {attempts.length === 0 ? (
        <Empty>
          No event yet. A call or a chat message raises some; each attempt to deliver one shows here.
        </Empty>
      ) : (
        <>
          <div class="choice" role="group" aria-label="Which attempts">
            <button
              type="button"
              class="quiet small"
              aria-pressed={only === 'all'}
              onClick={() => setOnly('all')}
            >
              All {attempts.length}
            </button>
            <button
              type="button"
              class="quiet small"
              aria-pressed={only === 'failed'}
              onClick={() => setOnly('failed')}
            >
              Failed {failed.length}
            </button>
          </div>
          {shown.length === 0 && <p class="hint">Every attempt was taken.</p>}
          <BoundedList
            items={shown}
            first={8}
            label="Attempts"
            class="rows"
            keyOf={({ subscriptionId, eventIds, attempt }) =>
              `${subscriptionId} ${eventIds.join()} ${attempt}`
            }
          >
            {({ time, subscriptionId, eventIds, attempt, status }) => (
              <div class="row">
                <StateBadge state={stateOf(status)}>{status === 0 ? 'no answer' : status}</StateBadge>
                <span class="row-main" title={subscriptionId}>
                  {shortened(nameOf(subscriptionId), 32)}
                  <span class="hint">
                    {' '}
                    {eventIds.length === 1
                      ? `event ${shortened(eventIds[0]!, 13)}`
                      : counted(eventIds.length, 'event')}
                  </span>
                </span>
                <span class={attempt > 1 ? 'row-note row-retry' : 'row-note'}>
                  {attempt > 1 ? `retry ${attempt - 1}` : 'first try'}
                </span>
                <At time={time} />
              </div>
            )}
          </BoundedList>
        </>
      )}
      <h3>Dead letters</h3>
      {deadLetters.length === 0 ? (
        <Empty>
          None. What Event Grid gives up shows here with its reason, and the command that delivers it again.
        </Empty>
      ) : (
        <BoundedList
          items={deadLetters}
          first={4}
          label="Dead letters"
          class="cards"
          keyOf={({ subscriptionId, eventId }) => `${subscriptionId} ${eventId}`}
        >
          {(letter) => <DeadLetter letter={letter} />}
        </BoundedList>
      )}
    </Section>
  );
}

function DeadLetter({ letter }: { readonly letter: ShownDeliveries['deadLetters'][number] }) {
  const { commands } = usePage();
  const { time, subscriptionId, reason, eventId, eventType, blob } = letter;
  return (
    <article class="card" aria-label={`Dead letter ${eventId}`}>
      <div class="card-head">
        <p>
          <strong>{eventType.replace(/^Microsoft\.Communication\./, '')}</strong>{' '}
          <span title={subscriptionId}>for {shortened(nameOf(subscriptionId), 28)}</span>
        </p>
        <StateBadge state="broken">{reason}</StateBadge>
      </div>
      <p class="hint">
        <At time={time} /> · {blob ? <span class="wrap">in {blob}</span> : 'dropped: no container takes it'}
      </p>
      <CommandLine command={commands.replay('--list', '--event-id', eventId)} />
    </article>
  );
}

function isDone(status: number): boolean {
  return status >= 200 && status < 300;
}

function stateOf(status: number): State {
  return isDone(status) ? 'ok' : 'broken';
}
