import { ArmError } from '../http';
import { bodyOf, resourceOf } from './resource-body';
import { requireResourceName } from './resource-name';
import { asObject, resourceName } from './resource-id';
import type { ResourceRequest, ResourceType } from './resource-type';

/** A type whose resources are kept as they are sent: what it asks of them, and what Azure adds. */
export interface KeptType extends Omit<ResourceType, 'put'> {
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
export function keptType({ required = [], check, added, secrets, ...rest }: KeptType): ResourceType {
  return {
    ...rest,
    async put(request) {
      requireResourceName(rest.type, resourceName(request.id), rest.name);
      for (const member of required) requireMember(request, member);
      await check?.(request);
      const resource = resourceOf(request, rest.type, added?.(request));
      return secrets ? { ...resource, secrets: request.existing?.secrets ?? secrets() } : resource;
    },
  };
}

function requireMember(request: ResourceRequest, member: string): void {
  const value = member.split('.').reduce<unknown>((found, name) => asObject(found)[name], bodyOf(request));
  if (value !== undefined && value !== null && value !== '') return;
  throw member === 'location'
    ? new ArmError(400, 'LocationRequired', `The location property is required for ${request.id}.`)
    : new ArmError(400, 'InvalidRequestContent', `the body of the request to ${request.id} misses ${member}`);
}
