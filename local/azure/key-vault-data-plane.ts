import { randomBytes } from 'node:crypto';
import { bearerClaims } from './bearer';
import type { LocalAzureContext } from './context';
import { ArmError, parseJson, type HostService, type LocalRequest, type LocalResponse } from './http';
import { TENANT_ID } from './identity';
import type { Rbac } from './rbac';
import type { StoredResource } from './store';
import { TokenError, type Tokens } from './tokens';

const AUDIENCES = ['https://vault.azure.net', 'https://vault.azure.net/'];
const SECRETS = 'Microsoft.KeyVault/vaults/secrets';

interface SecretVersion {
  readonly version: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Record<string, string>;
  /** Seconds since the epoch. */
  readonly created: number;
}

/**
 * The secrets of vaults: set, get (newest or by version), list, delete, purge. The first request without a token is
 * answered by the challenge that clients wait for.
 */
export class KeyVaultDataPlane implements HostService {
  constructor(
    private readonly context: LocalAzureContext,
    private readonly tokens: Tokens,
    private readonly rbac: Rbac,
  ) {}

  answersFor(host: string): boolean {
    return /^[a-z0-9-]+\.vault\.azure\.net$/.test(host);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    try {
      const vault = this.vaultOf(request.host);
      const { oid } = await bearerClaims(request, this.tokens, AUDIENCES);
      return this.answer(request, vault, String(oid));
    } catch (error) {
      if (error instanceof TokenError) return challenge(error.message);
      if (error instanceof ArmError) return error.toResponse();
      throw error;
    }
  }

  private vaultOf(host: string): StoredResource {
    const name = host.split('.')[0];
    const vault = this.context.store
      .list({ type: 'Microsoft.KeyVault/vaults' })
      .find((v) => v.name.toLowerCase() === name);
    if (!vault) throw new ArmError(404, 'VaultNotFound', `no vault answers at ${host}`);
    return vault;
  }

  private answer(request: LocalRequest, vault: StoredResource, objectId: string): LocalResponse {
    const [collection, name, version] = request.path.split('/').filter((part) => part !== '');
    if (collection === undefined || collection === 'certificates')
      return { status: 200, body: { value: [] } };
    if (collection === 'deletedsecrets') return { status: request.method === 'DELETE' ? 204 : 404 };
    if (collection !== 'secrets') throw new ArmError(404, 'NotFound', `a vault has no '${collection}' here`);
    const right = { GET: 'getSecret/action', PUT: 'setSecret/action', DELETE: 'delete' }[request.method];
    if (!right) throw new ArmError(405, 'MethodNotAllowed', `${request.method} is not allowed on secrets`);
    const action = name === undefined ? `${SECRETS}/readMetadata/action` : `${SECRETS}/${right}`;
    if (!this.rbac.allowsDataAction(objectId, action, vault.id)) {
      throw new ArmError(
        403,
        'Forbidden',
        `caller ${objectId} is not authorized to perform ${action} on ${vault.id}`,
      );
    }
    if (name === undefined) return { status: 200, body: { value: this.list(vault) } };
    switch (request.method) {
      case 'PUT':
        return this.set(vault, name, request);
      case 'DELETE':
        return this.remove(vault, name);
      default:
        return this.get(vault, name, version);
    }
  }

  private list(vault: StoredResource): unknown[] {
    return Object.keys(secretsOf(vault)).map((name) => ({
      id: `${uri(vault)}secrets/${name}`,
      attributes: { enabled: true },
    }));
  }

  private get(vault: StoredResource, name: string, version: string | undefined): LocalResponse {
    const versions = secretsOf(vault)[name] ?? [];
    const found = version ? versions.find((v) => v.version === version) : versions.at(-1);
    if (!found) {
      throw new ArmError(
        404,
        'SecretNotFound',
        `A secret with (name/id) ${name} was not found in this key vault.`,
      );
    }
    return { status: 200, body: bundle(vault, name, found) };
  }

  private set(vault: StoredResource, name: string, request: LocalRequest): LocalResponse {
    const body = parseJson(request) as {
      value?: unknown;
      contentType?: string;
      tags?: Record<string, string>;
    };
    if (typeof body?.value !== 'string')
      throw new ArmError(400, 'BadParameter', 'a secret takes a value, got none');
    const added: SecretVersion = {
      version: randomBytes(16).toString('hex'),
      value: body.value,
      contentType: body.contentType,
      tags: body.tags,
      created: Math.floor(this.context.clock.now() / 1000),
    };
    const secrets = secretsOf(vault);
    this.keep(vault, { ...secrets, [name]: [...(secrets[name] ?? []), added] });
    return { status: 200, body: bundle(vault, name, added) };
  }

  private remove(vault: StoredResource, name: string): LocalResponse {
    const { [name]: versions, ...others } = secretsOf(vault);
    const last = versions?.at(-1);
    if (!last)
      throw new ArmError(
        404,
        'SecretNotFound',
        `A secret with (name/id) ${name} was not found in this key vault.`,
      );
    this.keep(vault, others);
    return {
      status: 200,
      body: { ...bundle(vault, name, last), recoveryId: `${uri(vault)}deletedsecrets/${name}` },
    };
  }

  private keep(vault: StoredResource, values: Record<string, SecretVersion[]>): void {
    vault.secrets = { ...vault.secrets, values };
    this.context.store.put(vault);
  }
}

function secretsOf(vault: StoredResource): Record<string, SecretVersion[]> {
  return (vault.secrets?.values ?? {}) as Record<string, SecretVersion[]>;
}

function uri(vault: StoredResource): string {
  return String(vault.properties.vaultUri);
}

function bundle(vault: StoredResource, name: string, secret: SecretVersion) {
  return {
    id: `${uri(vault)}secrets/${name}/${secret.version}`,
    value: secret.value,
    contentType: secret.contentType ?? '',
    tags: secret.tags ?? {},
    attributes: {
      enabled: true,
      created: secret.created,
      updated: secret.created,
      recoveryLevel: 'Recoverable+Purgeable',
    },
  };
}

function challenge(reason: string): LocalResponse {
  return {
    status: 401,
    headers: {
      'WWW-Authenticate': `Bearer authorization="https://login.microsoftonline.com/${TENANT_ID}", resource="https://vault.azure.net"`,
    },
    body: { error: { code: 'Unauthorized', message: reason } },
  };
}
