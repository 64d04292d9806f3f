import { useState } from 'preact/hooks';
import { Icon } from './icon';

/** A command to be copied. */
export function CommandLine({ command }: { readonly command: string }) {
  const [copied, setCopied] = useState<'copied' | 'select it and copy it'>();
  const copy = () =>
    navigator.clipboard.writeText(command).then(
      () => setCopied('copied'),
      () => setCopied('select it and copy it'),
    );
  return (
    <div class="command">
      <code tabIndex={0} role="group" aria-label="command">
        {command}
      </code>
      <button type="button" class="quiet small" title="Copy the command" onClick={() => void copy()}>
        <Icon name="copy" />
        <span>{copied === 'copied' ? 'Copied' : 'Copy'}</span>
      </button>
      <span role="status" class={copied && copied !== 'copied' ? 'hint' : 'visually-hidden'}>
        {copied}
      </span>
    </div>
  );
}
