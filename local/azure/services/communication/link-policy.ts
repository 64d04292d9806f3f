import { parentId } from '../../core/arm/resource-id';
import { parseHubConnectionString } from '../../core/access/shared-access-signature';
import type { Tokens } from '../../core/access/tokens';
import type { LocalAzureContext } from '../../core/context';
import { ARM_HOST, DEPLOYER } from '../../core/identity';
import type { HubLink } from './resource-types';

const API_VERSION = '2023-09-01';
/** How long ARM may take, in milliseconds. */
const TIMEOUT_MS = 30_000;

/**
 * What somebody does in the portal to the access policy that a link names: by ARM's own requests, with the rights of the
 * deployer, so that the activity log has it and the link, which nobody tells, goes on with a key that opens nothing.
 */
export class LinkPolicy {
  constructor(
    private readonly context: LocalAzureContext,
    private readonly tokens: Tokens,
  ) {}

  /** Regenerates the key that the link has; the id of its policy. @throws RangeError when the link has no key of it any more */
  async turnKey(link: HubLink): Promise<string> {
    const { keyName, key } = parseHubConnectionString(link.connectionString)!;
    const { id } = await this.find(link, keyName);
    const { primaryKey, secondaryKey } = await this.ask('POST', `${id}/listKeys`);
    const policyKey = { [String(primaryKey)]: 'PrimaryKey', [String(secondaryKey)]: 'SecondaryKey' }[key];
    if (!policyKey) throw new RangeError(`the link has no key of ${id} any more: it was turned before`);
    await this.ask('POST', `${id}/regenerateKeys`, { policyKey });
    return id;
  }

  /** Deletes the policy and makes it again, which has other keys then; its id. @throws RangeError when it is gone, or cannot be deleted */
  async remake(link: HubLink): Promise<string> {
    const { keyName } = parseHubConnectionString(link.connectionString)!;
    const { id, rights } = await this.find(link, keyName);
    await this.ask('DELETE', id);
    await this.ask('PUT', id, { properties: { rights } });
    return id;
  }

  /** Of the hub, or else of its namespace. */
  private async find(link: HubLink, keyName: string): Promise<{ id: string; rights: unknown }> {
    for (const owner of [link.resourceId, parentId(link.resourceId)]) {
      const id = `${owner}/authorizationRules/${keyName}`;
      if (!this.context.store.get(id)) continue;
      const { properties } = await this.ask('GET', id);
      return { id, rights: (properties as { rights?: unknown }).rights };
    }
    throw new RangeError(`the policy '${keyName}', which the link names, is gone`);
  }

  private async ask(method: string, id: string, body?: unknown): Promise<Record<string, unknown>> {
    const { token } = await this.tokens.issue({ ...DEPLOYER, audience: `https://${ARM_HOST}` });
    const answer = await this.context.fetch({
      method,
      url: `https://${ARM_HOST}${id}?api-version=${API_VERSION}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? '' : JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
    });
    if (answer.status < 300) return (answer.body ? JSON.parse(answer.body) : {}) as Record<string, unknown>;
    throw new RangeError(`Resource Manager answered ${answer.status} to ${method} ${id}: ${answer.body}`);
  }
}
