import type { ComponentChildren } from 'preact';
import { Icon } from './icon';
import type { State } from './state';

/** A state by colour, sign and words at once. */
export function StateBadge({
  state,
  children,
}: {
  readonly state: State;
  readonly children: ComponentChildren;
}) {
  return (
    <span class={`badge badge-${state}`}>
      <Icon name={state} />
      {children}
    </span>
  );
}
