import type { ShownPush } from '../model';
import { Icon } from './icon';
import { hubName, nameOf, shortened } from './names';

/** Who sent a push, through which hub; and the way to its payload. */
export function SenderLine({
  push,
  onRaw,
}: {
  readonly push: ShownPush;
  readonly onRaw: (push: ShownPush) => void;
}) {
  return (
    <p class="sender">
      <span title={`through ${hubName(push.hubId)}`}>
        {push.sender === 'communication' ? 'by ACS, hub ' : 'by others, hub '}
        {shortened(nameOf(push.hubId), 16)}
      </span>
      <button
        type="button"
        class="raw-button"
        aria-label={`Raw payload of push ${push.number}`}
        onClick={() => onRaw(push)}
      >
        <Icon name="code" />
        Raw
      </button>
    </p>
  );
}
