import { randomBytes } from 'node:crypto';
import { bearerClaims } from '../../core/access/bearer';
import type { LocalAzureContext } from '../../core/context';
import {
  ArmError,
  parseJson,
  type HostService,
  type LocalRequest,
  type LocalResponse,
} from '../../core/http';
import { DEPLOYER, LOGIN_HOST, TENANT_ID } from '../../core/identity';
import type { Rbac } from '../../core/access/rbac';
import type { StoredResource } from '../../core/store';
import { TokenError, type TokenClaims, type Tokens } from '../../core/access/tokens';

export const VAULT_TYPE = 'Microsoft.KeyVault/vaults';
const HOST = /^([a-z0-9-]+)\.vault\.azure\.net$/;
const AUDIENCE = 'https://vault.azure.net';

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

interface SecretVersion {
  readonly id: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Record<string, string>;
  readonly attributes: Record<string, unknown>;
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
        return ['list', ({ active }) => listed(Object.values(active).map((versions) => versions.at(-1)!))];
      case 'GET secrets/{name}/versions':
        return ['list', ({ active, name: key }) => listed(active[key] ?? [])];
      case 'GET secrets/{name}':
      case 'GET secrets/{name}/{version}':
        return ['get', get];
      case 'PUT secrets/{name}':
        return ['set', (operation) => this.set(operation)];
      case 'PATCH secrets/{name}/{version}':
        return ['set', (operation) => this.update(operation)];
      case 'DELETE secrets/{name}':
        return ['delete', (operation) => this.move(operation, 'active', 'deleted')];
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
    if (deleted[name]) {
      return refuse(
        409,
        'Conflict',
        `secret ${name} is deleted but recoverable; recover or purge it first (ObjectIsDeletedButRecoverable)`,
      );
    }
    const body = (parseJson(request) ?? {}) as Partial<SecretVersion>;
    if (typeof body.value !== 'string') return refuse(400, 'BadParameter', `secret ${name} needs a value`);
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
        recoverableDays: 90,
      },
    };
    active[name] = [...(active[name] ?? []), secret];
    this.context.store.put(vault);
    return { status: 200, body: secret };
  }

  private update({ vault, request, name, version, active }: Operation): LocalResponse {
    const versions = active[name] ?? [];
    const index = versions.findIndex(({ id }) => id.endsWith(`/${version}`));
    if (index < 0) return notFound(name);
    const { contentType, tags, attributes } = (parseJson(request) ?? {}) as Partial<SecretVersion>;
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
    const versions = operation[from][name];
    if (!versions) return notFound(name);
    operation[to][name] = versions;
    delete operation[from][name];
    this.context.store.put(vault);
    return to === 'deleted' ? recoverable(operation) : { status: 200, body: withoutValue(versions.at(-1)!) };
  }

  private purge({ vault, name, deleted }: Operation): LocalResponse {
    if (!deleted[name]) return notFound(name);
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
  const versions = active[name] ?? [];
  const found = version ? versions.find(({ id }) => id.endsWith(`/${version}`)) : versions.at(-1);
  if (!found) return notFound(name);
  if (found.attributes.enabled === false) return refuse(403, 'Forbidden', `secret ${name} is disabled`);
  return { status: 200, body: found };
}

function recoverable({ vault, name, deleted }: Operation): LocalResponse {
  const secret = deleted[name]?.at(-1);
  if (!secret) return notFound(name);
  const recoveryId = `${String(vault.properties.vaultUri)}deletedsecrets/${name}`;
  return { status: 200, body: { ...withoutValue(secret), recoveryId } };
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

function listed(secrets: readonly SecretVersion[]): LocalResponse {
  return { status: 200, body: { value: secrets.map(withoutValue), nextLink: null } };
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
