import type { ComponentChildren } from 'preact';

export interface SectionProps {
  readonly name: string;
  readonly title: string;
  /** What there is of it, beside the title. */
  readonly summary?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** One part of the page, under a heading of its own. */
export function Section({ name, title, summary, children }: SectionProps) {
  return (
    <section class={`section section-${name}`} aria-labelledby={`title-${name}`}>
      <header class="section-head">
        <h2 id={`title-${name}`}>{title}</h2>
        {summary !== undefined && <p class="section-summary">{summary}</p>}
      </header>
      {children}
    </section>
  );
}

/** Where there is nothing yet: what would come here, and how. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
