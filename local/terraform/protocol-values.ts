import { Dynamic, type CtyType, type CtyValue } from './cty';
import type { Path, PrivateState } from './provider';

/** A value as a message of the plugin protocol carries it; state that is to be upgraded comes as JSON. */
export interface DynamicValue {
  msgpack?: Buffer;
  json?: Buffer;
}

export function pathMessage(path: Path): object {
  return {
    steps: path.map((step) => (typeof step === 'number' ? { elementKeyInt: step } : { attributeName: step })),
  };
}

export function readPrivate(bytes: Buffer | undefined): PrivateState {
  return bytes && bytes.length > 0 ? (JSON.parse(bytes.toString('utf8')) as PrivateState) : {};
}

export function writePrivate(value: PrivateState): Buffer {
  return Object.keys(value).length > 0 ? Buffer.from(JSON.stringify(value)) : Buffer.alloc(0);
}

/** State files hold dynamic values as `{type, value}`; everything else is plain JSON. */
export function stateFromJson(json: unknown, type: CtyType): CtyValue {
  if (json === null || json === undefined) return null;
  if (type === 'dynamic') {
    const { type: inner, value } = json as { type: CtyType; value: unknown };
    return new Dynamic(inner, stateFromJson(value, inner));
  }
  if (typeof type === 'string') return json as CtyValue;
  if (type[0] === 'list' || type[0] === 'set') {
    const element = type[1];
    return (json as unknown[]).map((item) => stateFromJson(item, element));
  }
  if (type[0] === 'tuple') {
    const elements = type[1];
    return (json as unknown[]).map((item, index) => stateFromJson(item, elements[index]!));
  }
  const entries = Object.entries(json as Record<string, unknown>);
  if (type[0] === 'map') {
    const element = type[1];
    return Object.fromEntries(entries.map(([key, item]) => [key, stateFromJson(item, element)]));
  }
  // Attributes that the schema no longer has are dropped, as Terraform's SDKs do.
  const attributes = type[1] as Record<string, CtyType>;
  return Object.fromEntries(
    entries
      .filter(([name]) => name in attributes)
      .map(([name, item]) => [name, stateFromJson(item, attributes[name]!)]),
  );
}
