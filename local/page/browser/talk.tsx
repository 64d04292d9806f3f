import { useId, useState } from 'preact/hooks';
import { RINGING_SECONDS, type ShownCall, type ShownMessage, type ShownUser } from '../model';
import { ActionForm } from './action';
import { BoundedList } from './bounded-list';
import { CallCard } from './call-card';
import { MessageCard } from './message-card';
import { placeCall, sendMessage } from './operations';
import { usePage } from './page-context';
import { Empty, Section } from './section';

interface TalkProps {
  readonly acsId: string | undefined;
  readonly users: readonly ShownUser[];
  readonly calls: readonly ShownCall[];
  readonly messages: readonly ShownMessage[];
}

/** Whoever calls and writes from this page, where nobody else is registered. */
const NOBODY = '8:acs:caller-of-the-page';

/** Calls and chat messages, made here as the SDKs of an app make them. */
export function Talk({ acsId, users, calls, messages }: TalkProps) {
  const { commands } = usePage();
  const known = users.filter((user) => user.acsId === acsId).map(({ rawId }) => rawId);
  const [chosen, setTo] = useState('');
  const [name, setName] = useState('Alice');
  const [text, setText] = useState('See you at nine');
  const to = chosen || (known[0] ?? '');
  const from = known.find((rawId) => rawId !== to) ?? NOBODY;
  const about = { acsId, from };
  const no = acsId === undefined || to === '';
  return (
    <Section name="talk" title="Calls and chat">
      <ActionForm
        label="Place a call"
        icon="call"
        tone="primary"
        operation={placeCall({ ...about, to, callerDisplayName: name })}
        done={`The call rings for ${RINGING_SECONDS} seconds of Azure's time.`}
        command={commands.testCall(to)}
        disabled={no}
      >
        <div class="fields">
          <Field label="From, as it is shown" value={name} onInput={setName} />
          <Field label="To, a raw id" value={to} onInput={setTo} suggestions={known} />
        </div>
      </ActionForm>
      <ActionForm
        label="Send"
        icon="message"
        operation={sendMessage({ ...about, to: [to], text, senderDisplayName: name })}
        done="The message is sent."
        command={commands.testSend(to, '--event', 'ChatMessageReceived')}
        disabled={no || text === ''}
      >
        <Field label="Chat message" value={text} onInput={setText} />
      </ActionForm>
      <h3>Calls</h3>
      {calls.length === 0 ? (
        <Empty>No call yet. Place one above, or let an app or Call Automation place one.</Empty>
      ) : (
        <BoundedList items={calls} first={3} label="Calls" class="cards" keyOf={(call) => call.serverCallId}>
          {(call) => <CallCard call={call} />}
        </BoundedList>
      )}
      <h3>Messages</h3>
      {messages.length === 0 ? (
        <Empty>No message yet. Send one above; it can be edited and deleted then.</Empty>
      ) : (
        <BoundedList
          items={messages}
          first={3}
          label="Messages"
          class="cards"
          keyOf={(message) => message.messageId}
        >
          {(message) => <MessageCard message={message} />}
        </BoundedList>
      )}
    </Section>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly suggestions?: readonly string[];
}

function Field({ label, value, onInput, suggestions }: FieldProps) {
  const id = useId();
  return (
    <label class="field">
      <span>{label}</span>
      <input
        value={value}
        list={suggestions && id}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {suggestions && (
        <datalist id={id}>
          {suggestions.slice(0, 100).map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </label>
  );
}
