import { ownValue } from '../../core/own';
import type { StoredResource } from '../../core/store';
import { HubRequestError } from './errors';
import type { Installation } from './installation';
import { installations } from './installations';
import { registrations } from './registrations';
import { implicitTags, indexOf } from './tag-index';
import { alternatives, parseTagExpression } from './tag-expression';

/** What a send by tag reaches. */
export interface Device {
  readonly handle: string;
  readonly registrationId: string;
  readonly templates: readonly string[];
  /** The push service says that the handle is dead. */
  expire(): void;
}

const PLATFORM_OF_FORMAT: Readonly<Record<string, string>> = {
  apple: 'apns',
  fcmv1: 'fcmv1',
  browser: 'browser',
};

/**
 * The live devices of one format that a tag expression selects; all of them without one.
 * Throws HubRequestError (400) for an expression that cannot be read.
 */
export function matchingDevices(
  hub: StoredResource,
  format: string,
  expression: string | undefined,
  now: number,
  templates: boolean,
): Device[] {
  const matches = expression === undefined ? () => true : readExpression(expression);
  const platform = ownValue(PLATFORM_OF_FORMAT, format);
  const wanted = expression === undefined ? undefined : alternatives(expression);
  const index = indexOf(installations(hub), platform ?? '');
  const candidates = wanted ? [...new Set(wanted.flatMap((tag) => index.byTag.get(tag) ?? []))] : index.all;
  const installed = candidates
    .filter((one) => !one.pushChannelExpired && Date.parse(one.expirationTime) > now)
    .flatMap((one) => {
      const own = [...one.tags, ...implicitTags(one)];
      const bodies = Object.values(one.templates)
        .filter((template) => matches(new Set([...own, ...template.tags])))
        .map((template) => template.body);
      const selected = templates ? bodies.length > 0 : matches(new Set(own));
      return selected ? [deviceOf(one, bodies)] : [];
    });
  const all = registrations(hub);
  const registered = Object.values(all)
    .filter((one) => one.kind.toLowerCase() === `${format}${templates ? 'template' : ''}`)
    .filter((one) => Date.parse(one.expirationTime) > now && matches(new Set(one.tags)))
    .map((one) => ({
      handle: one.handle,
      registrationId: one.registrationId,
      templates: one.bodyTemplate === undefined ? [] : [one.bodyTemplate],
      expire: () => void delete all[one.registrationId],
    }));
  return [...installed, ...registered];
}

function deviceOf(installation: Installation, templates: readonly string[]): Device {
  return {
    handle: installation.handle,
    registrationId: installation.installationId,
    templates,
    expire: () => void (installation.pushChannelExpired = true),
  };
}

function readExpression(text: string): (tags: ReadonlySet<string>) => boolean {
  try {
    return parseTagExpression(text);
  } catch (error) {
    throw new HubRequestError(400, `The tag expression is invalid: ${(error as Error).message}.`);
  }
}
