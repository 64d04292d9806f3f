import { useState } from 'preact/hooks';
import type { Breakage, LinkedHub, ShownLink } from '../model';
import { comingOf, drawingOf, linkState } from './drawing';
import { LinkDrawing } from './link-drawing';
import { hubName, nameOf } from './names';
import { Empty, Section } from './section';
import { StateBadge } from './state-badge';
import { At, Countdown } from './times';

interface LinkSectionProps {
  readonly links: readonly ShownLink[];
  readonly link: ShownLink | undefined;
  readonly breakage: Breakage;
  readonly onChoose: (acsId: string) => void;
}

/** The link of a Communication Services resource with its hub, and who else sends. */
export function LinkSection({ links, link, breakage, onChoose }: LinkSectionProps) {
  if (!link) {
    return (
      <Section name="link" title="The link">
        <Empty>
          No Communication Services resource yet. One that is deployed shows here with the hub that it is
          linked to.
        </Empty>
      </Section>
    );
  }
  const { state } = linkState(link);
  return (
    <Section name="link" title="The link" summary={<Told link={link} state={state} />}>
      {links.length > 1 && (
        <label class="field field-inline">
          <span>Resource</span>
          <select value={link.acsId} onChange={(event) => onChoose(event.currentTarget.value)}>
            {links.map(({ acsId }) => (
              <option key={acsId} value={acsId}>
                {nameOf(acsId)}
              </option>
            ))}
          </select>
        </label>
      )}
      <LinkDrawing drawing={drawingOf(link, breakage)} link={link} />
      <Windows pending={link.pending} />
    </Section>
  );
}

function Told({
  link,
  state,
}: {
  readonly link: ShownLink;
  readonly state: ReturnType<typeof linkState>['state'];
}) {
  const { effective } = link;
  const next = comingOf(link);
  if (next) {
    return (
      <StateBadge state={state}>
        <span>
          Window open: {nameOf(next.hubId)} takes effect in <Countdown until={next.effectiveAt} />
        </span>
      </StateBadge>
    );
  }
  if (!effective) return <StateBadge state={state}>No hub is linked: no push of a call goes out</StateBadge>;
  return (
    <StateBadge state={state}>
      {effective.keyValid
        ? `In force: pushes go through ${nameOf(effective.hubId)}`
        : `Its key is stale: ${nameOf(effective.hubId)} refuses every push`}
    </StateBadge>
  );
}

/** Links that were made and do not count yet. Unfolded when there are several. */
function Windows({ pending }: { readonly pending: readonly LinkedHub[] }) {
  const [all, setAll] = useState(false);
  if (pending.length < 2) return null;
  return (
    <div class="windows">
      <button type="button" class="quiet small" aria-expanded={all} onClick={() => setAll(!all)}>
        {pending.length} links are on their way
      </button>
      {all && (
        <ol>
          {pending.map(({ hubId, linkedAt, effectiveAt }) => (
            <li key={effectiveAt}>
              {hubName(hubId)}, linked at <At time={linkedAt} />, in force in{' '}
              <Countdown until={effectiveAt} />
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
