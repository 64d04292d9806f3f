import type { Breakage, ShownLink, ShownUser } from '../model';
import { Action } from './action';
import { BoundedList } from './bounded-list';
import { refusedEverywhere } from './drawing';
import { hubName, nameOf, SERVICE_NAMES } from './names';
import {
  acceptCredentials,
  orderFaults,
  rejectCredentials,
  remakeRule,
  setReachable,
  turnKey,
} from './operations';
import { usePage } from './page-context';
import { Section } from './section';
import { StateBadge } from './state-badge';

interface BreakingProps {
  readonly breakage: Breakage;
  readonly link: ShownLink | undefined;
  readonly users: readonly ShownUser[];
}

/** What goes wrong with links and hubs in life, on purpose; and its end. */
export function Breaking({ breakage, link, users }: BreakingProps) {
  const { commands } = usePage();
  const hubs = [
    ...new Set([link?.effective?.hubId, ...(link?.relays.flatMap(({ hubIds }) => hubIds) ?? [])]),
  ].filter((id) => id !== undefined);
  const someone = users[0]?.rawId ?? '8:acs:…';
  const count =
    breakage.unreachable.length +
    breakage.rejectedCredentials.length +
    (breakage.throttledPercent > 0 ? 1 : 0);
  return (
    <Section
      name="breaking"
      title="Break it"
      summary={
        <StateBadge state={count === 0 ? 'ok' : 'broken'}>
          {count === 0 ? 'nothing is broken by hand' : `${count} broken by hand`}
        </StateBadge>
      }
    >
      <h3>The linked policy</h3>
      <div class="actions">
        <Action
          label="Turn the key"
          operation={turnKey({ acsId: link?.acsId })}
          done="The key is another one: the link still holds the old one, and no push goes out."
          command={commands.verify()}
          disabled={!link?.effective}
        />
        <Action
          label="Re-make the rule"
          operation={remakeRule({ acsId: link?.acsId })}
          done="The rule was deleted and made again: same name, other keys, and no push goes out."
          command={commands.verify()}
          disabled={!link?.effective}
        />
      </div>
      <h3>Credentials of the hubs</h3>
      {hubs.length === 0 && <p class="hint">No hub yet.</p>}
      <BoundedList items={hubs} first={4} label="Hubs" class="actions" keyOf={(hubId) => hubId}>
        {(hubId) => (
          <Action
            label={`Revoke: ${nameOf(hubId)}`}
            about={hubName(hubId)}
            operation={rejectCredentials({ hubId })}
            done="Push services refuse the credentials of this hub from now on."
            command={commands.verify()}
            disabled={refusedEverywhere(breakage.rejectedCredentials, hubId)}
          />
        )}
      </BoundedList>
      {breakage.rejectedCredentials.length > 0 && (
        <div class="actions">
          <Action
            label="Take all again"
            about="credentials"
            tone="good"
            operation={acceptCredentials({})}
            done="Push services take every credential again."
            command={commands.verify()}
          />
        </div>
      )}
      <h3>Push services</h3>
      <div class="actions">
        {(['apns', 'fcmv1', 'browser'] as const).map((service) => {
          const closed = breakage.unreachable.includes(service);
          const name = SERVICE_NAMES[service];
          const platform = service === 'apns' ? 'apple' : service;
          return (
            <Action
              key={service}
              label={`${closed ? 'Open' : 'Close'} ${name}`}
              tone={closed ? 'good' : undefined}
              operation={setReachable({ service, reachable: closed })}
              done={
                closed
                  ? `${name} can be reached again.`
                  : `${name} cannot be reached: hubs try for 30 minutes.`
              }
              command={commands.testSend(someone, '--platform', platform)}
            />
          );
        })}
      </div>
      <h3>Hubs</h3>
      <div class="actions">
        <Action
          label={breakage.throttledPercent > 0 ? 'Stop throttling' : 'Throttle every send'}
          tone={breakage.throttledPercent > 0 ? 'good' : undefined}
          operation={orderFaults({ hubs: { throttledPercent: breakage.throttledPercent > 0 ? 0 : 100 } })}
          done={
            breakage.throttledPercent > 0
              ? 'Hubs take every send again.'
              : 'Hubs answer 429 to every send; the relay tries again, a call is lost.'
          }
          command={commands.replay('--list')}
        />
      </div>
    </Section>
  );
}
