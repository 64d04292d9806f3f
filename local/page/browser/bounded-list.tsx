import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export interface BoundedListProps<T> {
  readonly items: readonly T[];
  /** How many are shown at first, and with each further step. */
  readonly first: number;
  readonly step?: number;
  readonly label: string;
  readonly class?: string;
  readonly keyOf: (item: T) => string | number;
  readonly children: (item: T) => ComponentChildren;
}

/** A list that shows its beginning: hundreds would slow the page, and nobody reads them. */
export function BoundedList<T>({
  items,
  first,
  step = 50,
  label,
  class: name,
  keyOf,
  children,
}: BoundedListProps<T>) {
  const [more, setMore] = useState(0);
  const shown = items.slice(0, first + more);
  const left = items.length - shown.length;
  return (
    <>
      <ul class={name} aria-label={label}>
        {shown.map((item) => (
          <li key={keyOf(item)}>{children(item)}</li>
        ))}
      </ul>
      {(left > 0 || more > 0) && (
        <div class="more">
          {left > 0 && (
            <button type="button" class="quiet small" onClick={() => setMore(more + step)}>
              Show {Math.min(step, left)} more of {items.length} {label.toLowerCase()}
            </button>
          )}
          {more > 0 && (
            <button type="button" class="quiet small" onClick={() => setMore(0)}>
              Show fewer {label.toLowerCase()}
            </button>
          )}
        </div>
      )}
    </>
  );
}
