import type { ShownUser } from '../model';
import { Action } from './action';
import { BoundedList } from './bounded-list';
import { Icon } from './icon';
import { SERVICE_NAMES, counted, shortened, userName } from './names';
import { expireRegistration, signOut } from './operations';
import { usePage } from './page-context';
import { Empty, Section } from './section';
import { Countdown } from './times';

/** Who registered which device with Communication Services, and for how long yet. */
export function People({ users }: { readonly users: readonly ShownUser[] }) {
  return (
    <Section name="people" title="Registered devices" summary={counted(users.length, 'user')}>
      {users.length === 0 ? (
        <Empty>
          Nobody is registered, so no call rings anywhere. An app registers by ACS’s SDKs; here, so does{' '}
          <code>POST /devices</code> of the control API.
        </Empty>
      ) : (
        <BoundedList
          items={users}
          first={4}
          label="Users"
          class="people"
          keyOf={(user) => `${user.acsId} ${user.rawId}`}
        >
          {(user) => <Person user={user} />}
        </BoundedList>
      )}
    </Section>
  );
}

function Person({ user: { acsId, rawId, devices } }: { readonly user: ShownUser }) {
  const { commands } = usePage();
  const name = userName(rawId);
  return (
    <article class="person" aria-label={name}>
      <div class="person-head">
        <h3 title={rawId}>{name}</h3>
        <Action
          label="Sign out"
          about={name}
          operation={signOut({ acsId, rawId })}
          done={`${name} is signed out: no device of theirs rings.`}
          command={commands.devices(rawId, '--revoke')}
          disabled={devices.length === 0}
        />
      </div>
      {devices.length === 0 && <p class="hint">No device is registered: calls to this user ring nowhere.</p>}
      <BoundedList
        items={devices}
        first={10}
        label={`Devices of ${name}`}
        class="devices"
        keyOf={({ handle }) => handle}
      >
        {({ platform, handle, expiresAt }) => (
          <>
            <span class="device" title={handle}>
              <Icon name="phone" />
              <span>
                <strong>{SERVICE_NAMES[platform]}</strong> <code>{shortened(handle, 12)}</code>
                <br />
                <span class="hint">
                  for <Countdown until={expiresAt} /> yet
                </span>
              </span>
            </span>
            <Action
              label="Let expire"
              about={`registration of ${shortened(handle, 12)}`}
              operation={expireRegistration({ acsId, rawId, handle })}
              done="The registration is over: the next call does not ring there."
              command={commands.testCall(rawId)}
            />
          </>
        )}
      </BoundedList>
    </article>
  );
}
