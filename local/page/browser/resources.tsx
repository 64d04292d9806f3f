import type { ShownResource } from '../model';
import { BoundedList } from './bounded-list';
import { counted, nameOf, typeNames } from './names';
import { Empty, Section } from './section';
import type { State } from './state';
import { StateBadge } from './state-badge';
import { Ago } from './times';

/** What ARM has, by service. */
export function Resources({ resources }: { readonly resources: readonly ShownResource[] }) {
  const newest = resources.reduce<ShownResource | undefined>(
    (last, one) => (last && last.changedAt >= one.changedAt ? last : one),
    undefined,
  );
  return (
    <Section name="resources" title="Resources" summary={counted(resources.length, 'resource')}>
      {resources.length === 0 ? (
        <Empty>Nothing is deployed. Resources show here as a deployment makes them.</Empty>
      ) : (
        <div class="services">
          {[...byService(resources)].map(([service, own]) => (
            <details
              key={service}
              class="service"
              open={rankOf(service) < FIRST.length || own.some(({ id }) => id === newest?.id)}
            >
              <summary>
                <span>{service}</span>
                <span class="count">{own.length}</span>
                {own.some(({ state }) => stateOf(state) === 'broken') && (
                  <StateBadge state="broken">failed</StateBadge>
                )}
              </summary>
              <BoundedList items={own} first={8} label={service} class="rows" keyOf={({ id }) => id}>
                {(resource) => <Row resource={resource} newest={resource.id === newest?.id} />}
              </BoundedList>
            </details>
          ))}
        </div>
      )}
    </Section>
  );
}

function Row({ resource, newest }: { readonly resource: ShownResource; readonly newest: boolean }) {
  const { id, type, state, changedAt, plain } = resource;
  const scope = scopeOf(id);
  return (
    <div class={newest ? 'row row-newest' : 'row'}>
      <StateBadge state={stateOf(state)}>
        <span class={stateOf(state) === 'ok' ? 'visually-hidden' : undefined}>{state}</span>
      </StateBadge>
      <span class="row-main" title={id}>
        {shownName(resource)}
        <span class="hint row-second">
          {typeNames(type).kind}
          {scope && ` on ${nameOf(scope)}`}
          {plain && ', kept as a document: its type is not played'}
        </span>
      </span>
      {newest && <span class="row-note row-retry">newest</span>}
      <Ago time={changedAt} />
    </div>
  );
}

/** A GUID says nothing: then its type stands in its place. */
function shownName({ name, calledName, type }: ShownResource): string {
  const own = nameOf(name);
  return calledName ?? (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(own) ? typeNames(type).kind : own);
}

/** What a role is assigned on; nothing for a whole subscription. */
function scopeOf(id: string): string | undefined {
  const [, scope] =
    /^(.+\/resourceGroups\/.+)\/providers\/Microsoft\.Authorization\/roleAssignments\//i.exec(id) ?? [];
  return scope;
}

/** What a push goes through comes first, and is unfolded. */
const FIRST = ['Communication', 'Notification Hubs', 'Event Grid', 'Web'];

function rankOf(service: string): number {
  const rank = FIRST.indexOf(service);
  return rank < 0 ? FIRST.length : rank;
}

function byService(resources: readonly ShownResource[]): Map<string, ShownResource[]> {
  const groups = new Map<string, ShownResource[]>();
  for (const resource of resources.toSorted((a, b) => b.changedAt.localeCompare(a.changedAt))) {
    const { service } = typeNames(resource.type);
    groups.set(service, [...(groups.get(service) ?? []), resource]);
  }
  return new Map([...groups].toSorted(([a], [b]) => rankOf(a) - rankOf(b) || a.localeCompare(b)));
}

function stateOf(state: string): State {
  if (/^(Succeeded|Active|Running|Online)$/i.test(state)) return 'ok';
  return /fail|suspend/i.test(state) ? 'broken' : /ing$|accepted/i.test(state) ? 'waiting' : 'none';
}
