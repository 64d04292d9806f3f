import { ArmError } from '../http';
import { bodyOf, resourceOf } from './resource-body';
import { asObject, resourceName } from './resource-id';
import type { ResourceRequest, ResourceType } from './resource-type';

/** What a name has to look like. */
export interface NameRule {
  readonly pattern: RegExp;
  /** The rule in words: `3 to 24 letters and digits`. */
  readonly expected: string;
  /** Azure's code for a name that breaks it. @default 'InvalidResourceName' */
  readonly code?: string;
}

/** A type whose resources are kept as they are sent: what it asks of them, and what Azure adds. */
export interface KeptType extends Omit<ResourceType, 'put'> {
  /** @default - any name */
  readonly name?: NameRule;
  /** Members that a body has to have, with dots between names: `location`, `properties.subnet.id`. */
  readonly required?: readonly string[];
  /** Throws ArmError to refuse what breaks any other rule of Azure's. */
  check?(request: ResourceRequest): void | Promise<void>;
  /** Properties beside those that were sent, or in their place. */
  added?(request: ResourceRequest): Record<string, unknown>;
  /** What no GET shows, made with the resource and kept as long as it is there. */
  secrets?(): Record<string, unknown>;
}

/** A resource type that is declared: most of Azure's need no more here. */
export function keptType({ name, required = [], check, added, secrets, ...rest }: KeptType): ResourceType {
  return {
    ...rest,
    async put(request) {
      if (name) requireName(request, name);
      for (const member of required) requireMember(request, member);
      await check?.(request);
      const resource = resourceOf(request, rest.type, added?.(request));
      return secrets ? { ...resource, secrets: request.existing?.secrets ?? secrets() } : resource;
    },
  };
}

function requireName({ id }: ResourceRequest, { pattern, expected, code }: NameRule): void {
  const name = resourceName(id);
  if (pattern.test(name)) return;
  throw new ArmError(
    400,
    code ?? 'InvalidResourceName',
    `the name '${name}' of ${id} is invalid; expected ${expected}`,
  );
}

function requireMember(request: ResourceRequest, member: string): void {
  const value = member.split('.').reduce<unknown>((found, name) => asObject(found)[name], bodyOf(request));
  if (value !== undefined && value !== null && value !== '') return;
  throw member === 'location'
    ? new ArmError(400, 'LocationRequired', `The location property is required for ${request.id}.`)
    : new ArmError(400, 'InvalidRequestContent', `the body of the request to ${request.id} misses ${member}`);
}
