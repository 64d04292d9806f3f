import { printable } from '../redact';
import { isObject, literal } from './blocks';
import { kindOf, type Kind } from './services';
import type { TopologyNode } from './topology';

/** Ids of ARM, as far as they name one resource: type and name in turn. */
const ARM_ID =
  /\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/([^/]+)((?:\/[^/"'\s?#&;]+\/[^/"'\s?#&;]+)+)/gi;

/** By which app settings take a secret from a vault. Source: Azure, "Use Key Vault references". */
const VAULT_REFERENCE =
  /@Microsoft\.KeyVault\((?:[^)]*VaultName=([^;)]+)|SecretUri=https:\/\/([^./)]+)\.vault\.[^)]*)/gi;

/** What a stack knows by its id alone, and does not make. */
export function existing(text: string, what: Kind, called = text): TopologyNode {
  // Whole, and before a picture writes its signs otherwise.
  const [id, name] = [printable(text), printable(called)];
  return { id: `exists:${id.toLowerCase()}`, ...what, name, maker: 'exists', notes: [] };
}

/** Resources that a value names by their ids as they stand, apart from roles and subscriptions. */
export function idsIn(value: unknown): TopologyNode[] {
  return textsIn(value)
    .filter((text) => literal(text) !== undefined)
    .flatMap((text) =>
      [...text.matchAll(ARM_ID)].flatMap(([id, namespace = '', rest = '']) => {
        const words = rest.split('/').slice(1);
        const type = [namespace, ...words.filter((_, i) => i % 2 === 0)].join('/');
        if (/^microsoft\.authorization\//i.test(type)) return [];
        return [existing(id, kindOf(type), words.at(-1))];
      }),
    );
}

/** Vaults that a value takes secrets of by reference, as App Service has it. */
export function vaultsIn(value: unknown): TopologyNode[] {
  const vault = kindOf('azurerm_key_vault');
  return textsIn(value).flatMap((text) =>
    [...text.matchAll(VAULT_REFERENCE)].flatMap(([, byName, byUri]) => {
      const name = literal(byName ?? byUri);
      return name === undefined ? [] : [existing(`vault/${name}`, vault, name)];
    }),
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
