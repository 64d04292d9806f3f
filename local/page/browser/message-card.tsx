import { useState } from 'preact/hooks';
import type { ShownMessage } from '../model';
import { Action, ActionForm } from './action';
import { shortened, userName } from './names';
import { deleteMessage, editMessage } from './operations';
import { usePage } from './page-context';
import { StateBadge } from './state-badge';
import { Ago } from './times';

/** A chat message, which can be edited and deleted as its sender would. */
export function MessageCard({ message }: { readonly message: ShownMessage }) {
  const { commands } = usePage();
  const { acsId, threadId, messageId, from, to, text, sentAt, state } = message;
  const [editing, setEditing] = useState(false);
  const [next, setNext] = useState(text);
  const about = `message ${shortened(text, 24)}`;
  const which = { acsId, threadId, messageId, from, to };
  const recipient = to.find((rawId) => rawId !== from) ?? '';
  return (
    <article class="card" aria-label={`Message to ${userName(recipient)}`}>
      <div class="card-head">
        <p class={state === 'deleted' ? 'message-text message-deleted' : 'message-text'}>{text}</p>
        {state !== 'sent' && (
          <StateBadge state="none">{state === 'edited' ? 'Edited' : 'Deleted'}</StateBadge>
        )}
      </div>
      <p class="hint">
        <Ago time={sentAt} /> · to <span title={to.join(', ')}>{to.map(userName).join(', ')}</span>
      </p>
      {state !== 'deleted' && !editing && (
        <div class="actions">
          <button
            type="button"
            onClick={() => {
              setNext(text);
              setEditing(true);
            }}
            aria-label={`Edit: ${about}`}
          >
            Edit
          </button>
          <Action
            label="Delete"
            about={about}
            operation={deleteMessage({ ...which, text })}
            done="Deleted."
            command={commands.testSend(recipient, '--event', 'ChatMessageDeleted')}
          />
        </div>
      )}
      {editing && (
        <ActionForm
          label="Save"
          about={about}
          tone="primary"
          operation={editMessage({ ...which, text: next })}
          done="Edited."
          command={commands.testSend(recipient, '--event', 'ChatMessageEdited')}
          disabled={next === ''}
          onDone={() => setEditing(false)}
        >
          <label class="field">
            <span>New text</span>
            <input
              value={next}
              ref={(input) => {
                if (input && !input.dataset.seen) {
                  input.dataset.seen = 'yes';
                  input.focus();
                }
              }}
              onInput={(event) => setNext(event.currentTarget.value)}
            />
          </label>
          <button type="button" class="quiet" onClick={() => setEditing(false)}>
            Cancel
          </button>
        </ActionForm>
      )}
    </article>
  );
}
