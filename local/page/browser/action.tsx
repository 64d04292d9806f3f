import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { CommandLine } from './command-line';
import { Icon, type IconName } from './icon';
import { useAction, type Doing, type Outcome } from './use-action';

interface ActionProps extends Doing {
  readonly label: string;
  /** What the label leaves out, for those who hear it alone: whose call. */
  readonly about?: string;
  readonly icon?: IconName;
  readonly tone?: 'primary' | 'good' | 'danger';
  /** The command that would find what this breaks, or does the same. */
  readonly command: string;
  readonly disabled?: boolean;
}

/** A button that changes something, its command beside it, and what came of it below. */
export function Action(props: ActionProps) {
  const { able, busy, outcome, run } = useAction(props);
  return (
    <div class="action">
      <Buttons {...props} type="button" able={able} busy={busy} onClick={run} />
      <OutcomeLine outcome={outcome} />
    </div>
  );
}

/** The same with fields: Enter in one of them does it too. */
export function ActionForm({ children, ...props }: ActionProps & { readonly children: ComponentChildren }) {
  const { able, busy, outcome, run } = useAction(props);
  return (
    <form
      class="action action-form"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      {children}
      <Buttons {...props} type="submit" able={able} busy={busy} />
      <OutcomeLine outcome={outcome} />
    </form>
  );
}

interface ButtonsProps extends ActionProps {
  readonly type: 'button' | 'submit';
  readonly able: boolean;
  readonly busy: boolean;
  readonly onClick?: () => void;
}

function Buttons({ label, about, icon, tone, command, disabled, type, able, busy, onClick }: ButtonsProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const name = about ? `${label}: ${about}` : label;
  return (
    <>
      <div class="action-buttons">
        <button
          type={type}
          class={tone}
          disabled={!able || disabled}
          aria-busy={busy}
          aria-label={about && name}
          onClick={onClick}
        >
          {icon && <Icon name={icon} />}
          <span>{label}</span>
        </button>
        <button
          type="button"
          class="quiet icon-only"
          aria-expanded={open}
          aria-controls={id}
          aria-label={`Command for ${name}`}
          title="The acs-push command for it"
          onClick={() => setOpen(!open)}
        >
          <Icon name="terminal" />
        </button>
      </div>
      <div id={id} class="action-command" hidden={!open}>
        {open && <CommandLine command={command} />}
      </div>
    </>
  );
}

function OutcomeLine({ outcome }: { readonly outcome: Outcome | undefined }) {
  return (
    <p role="status" class={outcome?.failed ? 'outcome outcome-failed' : 'outcome'}>
      {outcome && (
        <>
          <Icon name={outcome.failed ? 'broken' : 'ok'} />
          <span>{outcome.text}</span>
        </>
      )}
    </p>
  );
}
