import type { Json } from './requests';
import { VERSIONS } from './versions';
import { EXPIRY_TAG, propertiesOf, said, type World } from './world';

/** A resource group of a run, by its tag. */
export interface RunGroup {
  readonly id: string;
  readonly name: string;
  /** Until when its run may have needed it, as the tag says. */
  readonly expires: string;
}

/** Groups of runs in the subscription whose time is over. @throws Error when they cannot be listed */
export async function leftovers(world: World): Promise<RunGroup[]> {
  const filter = encodeURIComponent(`tagName eq '${EXPIRY_TAG}'`);
  const path = `${world.subscription}/resourcegroups?$filter=${filter}`;
  const answer = await world.arm('GET', path, VERSIONS.resources);
  if (answer.status >= 400) throw new Error(`cannot list resource groups: ${said(answer)}`);
  return ((answer.json?.value ?? []) as Json[]).flatMap(({ id, name, tags }) => {
    const expires = (tags as Record<string, string> | undefined)?.[EXPIRY_TAG];
    const over = expires !== undefined && !(Date.parse(expires) > world.clock.now());
    return over ? [{ id: String(id), name: String(name), expires }] : [];
  });
}

/** Ends once Azure no longer knows the group. @throws Error when it does not go within 20 minutes */
export async function removeGroup(world: World, id: string): Promise<void> {
  const asked = await world.arm('DELETE', id, VERSIONS.resources);
  if (asked.status === 404) return;
  if (asked.status >= 400) throw new Error(`cannot delete the resource group: ${said(asked)}`);
  const gone = await world.until(20, async () =>
    (await world.arm('GET', id, VERSIONS.resources)).status === 404 ? true : undefined,
  );
  if (!gone) throw new Error('the resource group was not gone after 20 minutes');
}

/** Providers that the subscription has to have registered. */
const PROVIDERS = [
  'Microsoft.Communication',
  'Microsoft.EventGrid',
  'Microsoft.Insights',
  'Microsoft.NotificationHubs',
  'Microsoft.OperationalInsights',
  'Microsoft.Storage',
];

/** What keeps the kit from running in this subscription, with what to do; undefined when nothing does. */
export async function obstacle(world: World): Promise<string | undefined> {
  const missing: string[] = [];
  for (const name of PROVIDERS) {
    const path = `${world.subscription}/providers/${name}`;
    const answer = await world.arm('GET', path, VERSIONS.resources);
    if (answer.status >= 400) {
      return `the subscription cannot be read (${said(answer)}); sign in as somebody with Contributor on it: docs/signing-in.md`;
    }
    const { registrationState } = { ...propertiesOf(answer.json), ...answer.json };
    if (registrationState !== 'Registered') missing.push(name);
  }
  if (missing.length === 0) return undefined;
  return `the subscription has not registered ${missing.join(', ')}; do so by ${missing.map((name) => `'az provider register -n ${name}'`).join(', ')}`;
}
