import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { bearerClaims } from '../../core/access/bearer';
import type { LocalAzureContext } from '../../core/context';
import { ArmError, type HostService, type LocalRequest, type LocalResponse } from '../../core/http';
import { optional, readBodyOf, text } from '../../core/arm/shape';
import { DEPLOYER, LOGIN_HOST, TENANT_ID } from '../../core/identity';
import { ownValue, setOwnValue } from '../../core/own';
import type { Rbac } from '../../core/access/rbac';
import type { StoredResource } from '../../core/store';
import { TokenError, type TokenClaims, type Tokens } from '../../core/access/tokens';

export const VAULT_TYPE = 'Microsoft.KeyVault/vaults';
const HOST = /^([a-z0-9-]+)\.vault\.azure\.net$/;
/** key-vault/general/about-keys-secrets-certificates.md, object identifiers. */
const NAME = /^[0-9a-zA-Z-]{1,127}$/;
const AUDIENCE = 'https://vault.azure.net';

/** "If not specified the service will return up to 25 results": `maxresults` of every list. */
const PAGE_SIZE = 25;
const RECOVERABLE_DAYS = 90;

/** Names of a right in a role and in an access policy. */
const RIGHTS = {
  get: 'getSecret/action',
  list: 'readMetadata/action',
  set: 'setSecret/action',
  delete: 'delete',
  purge: 'purge/action',
  recover: 'recover/action',
} as const;
type Right = keyof typeof RIGHTS;

const SECRET = z.looseObject({
  value: text,
  contentType: text,
  tags: optional(z.record(z.string(), z.string())),
  attributes: optional(z.record(z.string(), z.unknown())),
});

interface SecretVersion {
  readonly id: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Record<string, string>;
  readonly attributes: Record<string, unknown>;
  /** Seconds since the epoch, of the newest version of a deleted secret. */
  readonly deletedDate?: number;
  readonly scheduledPurgeDate?: number;
}

/** Versions of each secret, the newest last. */
type Secrets = Record<string, SecretVersion[]>;

interface Operation {
  readonly vault: StoredResource;
  readonly request: LocalRequest;
  readonly name: string;
  readonly version: string;
  readonly active: Secrets;
  readonly deleted: Secrets;
}

/** The data planes of the vaults, as far as secrets go. */
export class KeyVaultSecrets implements HostService {
  constructor(
    private readonly context: LocalAzureContext,
    private readonly tokens: Tokens,
    private readonly rbac: Rbac,
  ) {}

  answersFor(host: string): boolean {
    return HOST.test(host);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const host = HOST.exec(request.host)?.[1];
    const vault = this.context.store.list({ type: VAULT_TYPE }).find((v) => v.name.toLowerCase() === host);
    if (!vault) throw new ArmError(404, 'VaultNotFound', `there is no vault '${host}' in local Azure`);
    const [collection = '', name = '', version = ''] = decodeURIComponent(request.path)
      .split('/')
      .filter(Boolean);
    // Clients look whether the vault's name resolves before they come with a token.
    if (collection === '') return { status: 200, body: '' };
    const claims = await this.authenticate(request);
    const { active, deleted } = vault.secrets as { active: Secrets; deleted: Secrets };
    if (name !== '' && !NAME.test(name)) {
      throw new ArmError(400, 'BadParameter', `The request URI contains an invalid name: ${name}`);
    }
    const [right, run] = this.operation(request.method, collection, name, version);
    this.authorize(vault, claims, right);
    return run({ vault, request, name: name.toLowerCase(), version, active, deleted });
  }

  private operation(
    method: string,
    collection: string,
    name: string,
    version: string,
  ): [Right, (operation: Operation) => LocalResponse] {
    const where = `${method} ${collection}${name && '/{name}'}${version && (/^(versions|recover)$/.test(version) ? `/${version}` : '/{version}')}`;
    switch (where) {
      case 'GET certificates/{name}':
        return ['list', () => refuse(404, 'ContactsNotFound', 'no certificate contacts were found')];
      case 'GET secrets':
        return ['list', (operation) => listed(operation, newest(operation.active))];
      case 'GET secrets/{name}/versions':
        return ['list', (operation) => listed(operation, ownValue(operation.active, operation.name) ?? [])];
      case 'GET secrets/{name}':
      case 'GET secrets/{name}/{version}':
        return ['get', get];
      case 'PUT secrets/{name}':
        return ['set', (operation) => this.set(operation)];
      case 'PATCH secrets/{name}/{version}':
        return ['set', (operation) => this.update(operation)];
      case 'DELETE secrets/{name}':
        return ['delete', (operation) => this.move(operation, 'active', 'deleted')];
      case 'GET deletedsecrets':
        return ['list', (operation) => listed(operation, newest(operation.deleted).map(recoveryOf))];
      case 'GET deletedsecrets/{name}':
        return ['list', (operation) => recoverable(operation)];
      case 'POST deletedsecrets/{name}/recover':
        return ['recover', (operation) => this.move(operation, 'deleted', 'active')];
      case 'DELETE deletedsecrets/{name}':
        return ['purge', (operation) => this.purge(operation)];
      default:
        throw new ArmError(
          404,
          'NotFound',
          `local Azure does not know ${method} on /${collection} of a vault`,
        );
    }
  }

  private set({ vault, request, name, active, deleted }: Operation): LocalResponse {
    if (ownValue(deleted, name)) {
      return refuse(
        409,
        'Conflict',
        `secret ${name} is deleted but recoverable; recover or purge it first (ObjectIsDeletedButRecoverable)`,
      );
    }
    const body = readBodyOf(SECRET, request);
    if (body.value === undefined) return refuse(400, 'BadParameter', `secret ${name} needs a value`);
    const now = Math.floor(this.context.clock.now() / 1000);
    const secret: SecretVersion = {
      id: `${String(vault.properties.vaultUri)}secrets/${name}/${randomBytes(16).toString('hex')}`,
      value: body.value,
      ...(body.contentType !== undefined && { contentType: body.contentType }),
      ...(body.tags && { tags: body.tags }),
      attributes: {
        enabled: true,
        ...body.attributes,
        created: now,
        updated: now,
        recoveryLevel: 'Recoverable+Purgeable',
        recoverableDays: RECOVERABLE_DAYS,
      },
    };
    setOwnValue(active, name, [...(ownValue(active, name) ?? []), secret]);
    this.context.store.put(vault);
    return { status: 200, body: secret };
  }

  private update({ vault, request, name, version, active }: Operation): LocalResponse {
    const versions = ownValue(active, name) ?? [];
    const index = versions.findIndex(({ id }) => id.endsWith(`/${version}`));
    if (index < 0) return notFound(name);
    const { contentType, tags, attributes } = readBodyOf(SECRET, request);
    const before = versions[index]!;
    const updated = Math.floor(this.context.clock.now() / 1000);
    versions[index] = {
      ...before,
      ...(contentType !== undefined && { contentType }),
      ...(tags && { tags }),
      attributes: { ...before.attributes, ...attributes, updated },
    };
    this.context.store.put(vault);
    return { status: 200, body: withoutValue(versions[index]) };
  }

  private move(operation: Operation, from: 'active' | 'deleted', to: 'active' | 'deleted'): LocalResponse {
    const { vault, name } = operation;
    const versions = ownValue(operation[from], name);
    if (!versions) return notFound(name);
    const { deletedDate: _, scheduledPurgeDate: __, ...last } = versions.at(-1)!;
    const now = Math.floor(this.context.clock.now() / 1000);
    const dates = { deletedDate: now, scheduledPurgeDate: now + RECOVERABLE_DAYS * 86_400 };
    setOwnValue(operation[to], name, [...versions.slice(0, -1), { ...last, ...(to === 'deleted' && dates) }]);
    delete operation[from][name];
    this.context.store.put(vault);
    return to === 'deleted' ? recoverable(operation) : { status: 200, body: withoutValue(last) };
  }

  private purge({ vault, name, deleted }: Operation): LocalResponse {
    if (!ownValue(deleted, name)) return notFound(name);
    delete deleted[name];
    this.context.store.put(vault);
    return { status: 204 };
  }

  private async authenticate(request: LocalRequest): Promise<TokenClaims> {
    try {
      return await bearerClaims(request, this.tokens, [AUDIENCE]);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      throw new ArmError(401, 'Unauthorized', error.message, {
        'www-authenticate': `Bearer authorization="https://${LOGIN_HOST}/${TENANT_ID}", resource="${AUDIENCE}"`,
      });
    }
  }

  private authorize(vault: StoredResource, { oid, appid }: TokenClaims, right: Right): void {
    const byRole = vault.properties.enableRbacAuthorization === true;
    const allowed = byRole
      ? this.rbac.allowsDataAction(oid, `${VAULT_TYPE}/secrets/${RIGHTS[right]}`, vault.id)
      : oid === DEPLOYER.objectId || hasPolicy(vault, oid, right);
    if (allowed) return;
    throw new ArmError(
      403,
      'Forbidden',
      `the principal '${oid}' of application '${appid}' may not ${right} secrets of ${vault.id}; ` +
        (byRole ? "assign it a role such as 'Key Vault Secrets User'" : 'give it an access policy'),
    );
  }
}

function get({ name, version, active }: Operation): LocalResponse {
  const versions = ownValue(active, name) ?? [];
  const found = version ? versions.find(({ id }) => id.endsWith(`/${version}`)) : versions.at(-1);
  if (!found) return notFound(name);
  if (found.attributes.enabled === false) return refuse(403, 'Forbidden', `secret ${name} is disabled`);
  return { status: 200, body: found };
}

function recoverable({ name, deleted }: Operation): LocalResponse {
  const secret = ownValue(deleted, name)?.at(-1);
  return secret ? { status: 200, body: withoutValue(recoveryOf(secret)) } : notFound(name);
}

function recoveryOf(secret: SecretVersion): SecretVersion & { recoveryId: string } {
  const { origin, pathname } = new URL(secret.id);
  return { ...secret, recoveryId: `${origin}/deletedsecrets/${pathname.split('/')[2]}` };
}

function newest(secrets: Secrets): SecretVersion[] {
  return Object.values(secrets).map((versions) => versions.at(-1)!);
}

function hasPolicy(vault: StoredResource, objectId: string, right: Right): boolean {
  const policies = (vault.properties.accessPolicies ?? []) as {
    objectId: string;
    permissions?: { secrets?: string[] };
  }[];
  return policies.some(
    (policy) =>
      policy.objectId.toLowerCase() === objectId.toLowerCase() &&
      (policy.permissions?.secrets ?? []).some((p) => ['all', right].includes(p.toLowerCase())),
  );
}

function listed({ request }: Operation, secrets: readonly SecretVersion[]): LocalResponse {
  const { host, path, query } = request;
  const skipped = Number(query.get('$skiptoken') ?? 0) || 0;
  const next = skipped + (Number(query.get('maxresults') ?? PAGE_SIZE) || PAGE_SIZE);
  const more = new URLSearchParams(query);
  more.set('$skiptoken', String(next));
  return {
    status: 200,
    body: {
      value: secrets.slice(skipped, next).map(withoutValue),
      nextLink: next < secrets.length ? `https://${host}${path}?${more}` : null,
    },
  };
}

function withoutValue({ value: _, ...shown }: SecretVersion): Omit<SecretVersion, 'value'> {
  return shown;
}

function notFound(name: string): LocalResponse {
  return refuse(404, 'SecretNotFound', `A secret with (name/id) ${name} was not found in this key vault.`);
}

function refuse(status: number, code: string, message: string): LocalResponse {
  return { status, body: { error: { code, message } } };
}
