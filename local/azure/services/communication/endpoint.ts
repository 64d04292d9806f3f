import type { LocalAzureContext } from '../../core/context';
import { ArmError, type HostService, type LocalRequest, type LocalResponse } from '../../core/http';
import type { StoredResource } from '../../core/store';
import { COMMUNICATION_TYPE } from './resource-types';

export const AUDIENCE = 'https://communication.azure.com';
const HOST = /^[a-z0-9_-]+\.[a-z]+\.communication\.azure\.com$/;

/**
 * No role names the data plane. Contributor has it, and Communication and Email Service Owner; Reader has not:
 * whoever may write the resource may use it.
 */
export const USE_DATA_PLANE = 'Microsoft.Communication/CommunicationServices/write';

interface Part {
  handle(request: LocalRequest): Promise<LocalResponse>;
}

/** `{name}.{geography}.communication.azure.com`: one host, where each service of the resource has its paths. */
export class CommunicationEndpoint implements HostService {
  constructor(
    private readonly calls: Part,
    private readonly identities: Part,
  ) {}

  answersFor(host: string): boolean {
    return HOST.test(host);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    return /^\/identities(\/|$)/.test(request.path)
      ? this.identities.handle(request)
      : this.calls.handle(request);
  }
}

/** @throws ArmError 404 when no resource has the host */
export function resourceAt(
  { store }: LocalAzureContext,
  { host }: LocalRequest,
  code = 'NotFound',
): StoredResource {
  const resource = store
    .list({ type: COMMUNICATION_TYPE })
    .find(({ properties }) => String(properties.hostName).toLowerCase() === host);
  if (!resource) throw new ArmError(404, code, `there is no resource at ${host}`);
  return resource;
}
