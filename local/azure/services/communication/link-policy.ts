import { parseHubConnectionString } from '../../core/access/shared-access-signature';
import type { Tokens } from '../../core/access/tokens';
import type { LocalAzureContext } from '../../core/context';
import { ARM_HOST, DEPLOYER } from '../../core/identity';
import type { StoredResource } from '../../core/store';
import { ruleNamed } from '../notification-hubs/access';
import { STABLE } from '../notification-hubs/resource';
import type { HubLink } from './resource-types';

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
    const { id } = this.find(link, keyName);
    const { primaryKey, secondaryKey } = await this.ask('POST', `${id}/listKeys`);
    const policyKey = { [String(primaryKey)]: 'PrimaryKey', [String(secondaryKey)]: 'SecondaryKey' }[key];
    if (!policyKey) throw new RangeError(`the link has no key of ${id} any more: it was turned before`);
    await this.ask('POST', `${id}/regenerateKeys`, { policyKey });
    return id;
  }

  /** Deletes the policy and makes it again, which has other keys then; its id. @throws RangeError when it is gone, or cannot be deleted */
  async remake(link: HubLink): Promise<string> {
    const { keyName } = parseHubConnectionString(link.connectionString)!;
    const { id, properties } = this.find(link, keyName);
    await this.ask('DELETE', id);
    await this.ask('PUT', id, { properties: { rights: properties.rights } });
    return id;
  }

  private find(link: HubLink, keyName: string): StoredResource {
    const rule = ruleNamed(this.context.store, link.resourceId, keyName);
    if (!rule) throw new RangeError(`the policy '${keyName}', which the link names, is gone`);
    return rule;
  }

  private async ask(method: string, id: string, body?: unknown): Promise<Record<string, unknown>> {
    const { token } = await this.tokens.issue({ ...DEPLOYER, audience: `https://${ARM_HOST}` });
    const answer = await this.context.fetch({
      method,
      url: `https://${ARM_HOST}${id}?api-version=${STABLE}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? '' : JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
    });
    if (answer.status < 300) return (answer.body ? JSON.parse(answer.body) : {}) as Record<string, unknown>;
    throw new RangeError(`Resource Manager answered ${answer.status} to ${method} ${id}: ${answer.body}`);
  }
}
