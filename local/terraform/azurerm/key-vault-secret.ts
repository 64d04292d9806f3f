import type { CtyObject } from '../cty';
import { ctyEquals, UNKNOWN } from '../cty';
import { ProviderError, type DataSourceHandler, type EphemeralHandler } from '../provider';
import { KEY_VAULT_API_VERSION } from './key-vault';
import {
  known,
  tagsBody,
  tagsState,
  type AzurermResource,
  type AzurermSession,
  type Context,
} from './resource';
import { vault, type VaultSecret } from './vault-data-plane';

const VAULTS_API_VERSION = '2015-11-01';
const SECRET_ID = /^https:\/\/[\w-]+\.vault\.azure\.net\/secrets\/([\w-]+)\/\w+$/;

export const keyVaultSecret: AzurermResource = {
  forceNew: ['name', 'key_vault_id'],

  validate(config) {
    const given = ['value', 'value_wo'].filter((name) => config[name] !== null);
    if (given.length !== 1) {
      throw new ProviderError(
        'Invalid configuration',
        `azurerm_key_vault_secret needs exactly one of value and value_wo, got ${given.length === 0 ? 'none' : 'both'}`,
      );
    }
  },

  /** A new value is a new version. */
  plan(planned, prior) {
    if (!prior || !newVersion(planned, prior)) return;
    for (const name of ['id', 'version', 'resource_id']) planned[name] = UNKNOWN;
  },

  ids: {
    of: async (planned, session) =>
      `${await vaultUri(planned['key_vault_id'] as string, session)}secrets/${planned['name'] as string}`,
    parse(id) {
      const name = SECRET_ID.exec(id)?.[1];
      if (name !== undefined) return { name };
      throw new ProviderError(
        'Invalid resource id',
        `parsing the secret's ID "${id}": expected https://{vault}.vault.azure.net/secrets/{name}/{version}`,
      );
    },
  },

  async exists(id, context) {
    return (await vault(context, 'GET', versionless(id))) !== undefined;
  },

  async create(id, planned, context, config) {
    await vault(context, 'PUT', id, { ...secretBody(planned), value: config['value'] ?? config['value_wo'] });
  },

  async update(id, planned, prior, context, config) {
    if (newVersion(planned, prior)) {
      const body = { ...secretBody(planned), value: config['value'] ?? config['value_wo'] };
      await vault(context, 'PUT', versionless(id), body);
    } else {
      await vault(context, 'PATCH', id, secretBody(planned));
    }
  },

  async read(id, state, context) {
    const vaultId = known<string>(state['key_vault_id']);
    const secret = vaultId && (await vault(context, 'GET', versionless(id)));
    if (!secret) return undefined;
    return {
      ...secretState(secret, vaultId),
      id: secret.id,
      value: known(state['value_wo_version']) === undefined ? secret.value : null,
      content_type: secret.contentType || null,
      tags: tagsState(secret.tags, state),
    };
  },

  async delete(id, _prior, context) {
    await vault(context, 'DELETE', versionless(id));
    if (context.features['key_vault']?.['purge_soft_deleted_secrets_on_destroy'] === false) return;
    const deleted = versionless(id).replace('/secrets/', '/deletedsecrets/');
    if (await vault(context, 'GET', deleted)) await vault(context, 'DELETE', deleted);
  },

  /** The id has the vault's name alone: azurerm looks for it among the subscription's. */
  async import(id, { client, subscriptionId }) {
    const name = new URL(id).host.split('.')[0]!;
    const { body } = await client.arm(
      'GET',
      `/subscriptions/${subscriptionId}/resources`,
      VAULTS_API_VERSION,
      {
        query: { $filter: "resourceType eq 'Microsoft.KeyVault/vaults'" },
      },
    );
    const vaults = (body as { value: { id: string }[] }).value.map((found) => found.id);
    const owner = vaults.find((vaultId) => vaultId.toLowerCase().endsWith(`/vaults/${name.toLowerCase()}`));
    return { key_vault_id: owner ?? null };
  },
};

/** `data "azurerm_key_vault_secret"`: its value is in state. */
export const keyVaultSecretData: DataSourceHandler<AzurermSession> = {
  async read(config, session, signal) {
    const secret = await find(config, { ...session, signal });
    return {
      ...config,
      ...secretState(secret, config['key_vault_id'] as string),
      id: secret.id,
      value: secret.value,
      content_type: secret.contentType ?? '',
      tags: secret.tags ?? {},
      version: config['version'] ?? null,
    };
  },
};

/** `ephemeral "azurerm_key_vault_secret"`: its value is in neither plan nor state. */
export const keyVaultSecretEphemeral: EphemeralHandler<AzurermSession> = {
  async open(config, session, signal) {
    const secret = await find(config, { ...session, signal });
    const { expiration_date, not_before_date, version } = secretState(secret, '');
    return { ...config, value: secret.value, expiration_date, not_before_date, version } as CtyObject;
  },
};

async function find(config: CtyObject, context: Context): Promise<VaultSecret> {
  const uri = await vaultUri(config['key_vault_id'] as string, context);
  const version = known<string>(config['version']);
  const url = `${uri}secrets/${config['name'] as string}${version ? `/${version}` : ''}`;
  const secret = await vault(context, 'GET', url);
  if (!secret) throw new ProviderError('Secret not found', `${url} does not exist`);
  return secret;
}

async function vaultUri(vaultId: string, { client }: AzurermSession): Promise<string> {
  const resource = await client.get(vaultId, KEY_VAULT_API_VERSION);
  if (!resource) throw new ProviderError('Key vault not found', `${vaultId} does not exist`);
  return resource.properties['vaultUri'] as string;
}

function newVersion(planned: CtyObject, prior: CtyObject): boolean {
  return (
    !ctyEquals(prior['value'], planned['value']) ||
    !ctyEquals(prior['value_wo_version'], planned['value_wo_version'])
  );
}

function versionless(id: string): string {
  return id.replace(/(\/secrets\/[^/]+)\/.*$/, '$1');
}

function secretBody(planned: CtyObject): object {
  const seconds = (name: string) => {
    const text = known<string>(planned[name]);
    return text === undefined ? undefined : Math.floor(Date.parse(text) / 1000);
  };
  const exp = seconds('expiration_date');
  const nbf = seconds('not_before_date');
  return {
    attributes: { ...(exp !== undefined && { exp }), ...(nbf !== undefined && { nbf }) },
    contentType: known(planned['content_type']) ?? '',
    tags: tagsBody(planned),
  };
}

function secretState(secret: VaultSecret, vaultId: string) {
  const [, name, version] = /\/secrets\/([^/]+)\/([^/]+)$/.exec(secret.id) ?? [];
  const date = (seconds: number | undefined) =>
    seconds === undefined ? null : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return {
    expiration_date: date(secret.attributes?.exp),
    not_before_date: date(secret.attributes?.nbf),
    version: version ?? null,
    versionless_id: versionless(secret.id),
    resource_id: `${vaultId}/secrets/${name}/versions/${version}`,
    resource_versionless_id: `${vaultId}/secrets/${name}`,
  };
}
