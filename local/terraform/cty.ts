import { decode, encode, ExtData, ExtensionCodec } from '@msgpack/msgpack';

/** A type of Terraform's type system in its JSON form: `"string"`, `["list", "string"]`, `["object", {…}]`. */
export type CtyType =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | ['list' | 'set' | 'map', CtyType]
  | ['tuple', CtyType[]]
  | ['object', Record<string, CtyType>]
  | ['object', Record<string, CtyType>, string[]];

/** A value that Terraform does not know yet. Refinements that Terraform sends with it are dropped. */
export class Unknown {
  private readonly isUnknown = true;

  toString(): string {
    return this.isUnknown ? '(known after apply)' : '';
  }
}

export const UNKNOWN = new Unknown();

/** The value of a `dynamic` attribute together with the type it arrived with, so that it goes back unchanged. */
export class Dynamic {
  constructor(
    readonly type: CtyType,
    readonly value: CtyValue,
  ) {}

  /** The narrowest type that holds a JSON value: objects and tuples, as `jsonencode`'s inverse gives. */
  static fromJson(json: unknown): Dynamic {
    return new Dynamic(typeOfJson(json), json as CtyValue);
  }
}

export type CtyValue =
  null | string | number | boolean | Unknown | Dynamic | CtyValue[] | { [name: string]: CtyValue };

export type CtyObject = { [name: string]: CtyValue };

export class CtyError extends Error {}

const extensions = new ExtensionCodec();
// 0 is a plain unknown value, 12 one with refinements.
for (const type of [0, 12]) extensions.register({ type, encode: () => null, decode: () => UNKNOWN });

const UNKNOWN_ON_THE_WIRE = new ExtData(0, new Uint8Array([0]));

export function decodeCty(bytes: Uint8Array, type: CtyType): CtyValue {
  return fromWire(decode(bytes, { extensionCodec: extensions }), type, '');
}

export function encodeCty(value: CtyValue, type: CtyType): Buffer {
  return Buffer.from(encode(toWire(value, type, ''), { extensionCodec: extensions }));
}

function fromWire(raw: unknown, type: CtyType, path: string): CtyValue {
  if (raw === null || raw === undefined) return null;
  if (raw === UNKNOWN) return UNKNOWN;
  if (type === 'dynamic') {
    if (!Array.isArray(raw) || raw.length !== 2) throw mismatch('a [type, value] pair', raw, path);
    const inner = JSON.parse(Buffer.from(raw[0] as Uint8Array).toString('utf8')) as CtyType;
    return new Dynamic(inner, fromWire(raw[1], inner, path));
  }
  if (type === 'string') {
    if (typeof raw !== 'string') throw mismatch('a string', raw, path);
    return raw;
  }
  if (type === 'bool') {
    if (typeof raw !== 'boolean') throw mismatch('a bool', raw, path);
    return raw;
  }
  if (type === 'number') {
    // Numbers that a float64 does not hold exactly arrive as decimal strings.
    const number = typeof raw === 'string' ? Number(raw) : raw;
    if (typeof number !== 'number' || Number.isNaN(number)) throw mismatch('a number', raw, path);
    return number;
  }
  if (type[0] === 'list' || type[0] === 'set') {
    if (!Array.isArray(raw)) throw mismatch(`a ${type[0]}`, raw, path);
    const element = type[1];
    return raw.map((item, index) => fromWire(item, element, `${path}[${index}]`));
  }
  if (type[0] === 'tuple') {
    const elements = type[1];
    if (!Array.isArray(raw) || raw.length !== elements.length) {
      throw mismatch(`a tuple of ${elements.length}`, raw, path);
    }
    return raw.map((item, index) => fromWire(item, elements[index]!, `${path}[${index}]`));
  }
  if (typeof raw !== 'object' || Array.isArray(raw)) throw mismatch(`a ${type[0]}`, raw, path);
  const source = raw as Record<string, unknown>;
  const result: CtyObject = {};
  if (type[0] === 'map') {
    for (const [key, item] of Object.entries(source))
      result[key] = fromWire(item, type[1], `${path}["${key}"]`);
  } else {
    for (const [name, attribute] of Object.entries(type[1])) {
      result[name] = fromWire(source[name], attribute, `${path}.${name}`);
    }
  }
  return result;
}

function toWire(value: CtyValue | undefined, type: CtyType, path: string): unknown {
  if (value === null || value === undefined) return null;
  if (value === UNKNOWN) return UNKNOWN_ON_THE_WIRE;
  if (type === 'dynamic') {
    const dynamic = value instanceof Dynamic ? value : Dynamic.fromJson(value);
    return [Buffer.from(JSON.stringify(dynamic.type)), toWire(dynamic.value, dynamic.type, path)];
  }
  if (value instanceof Dynamic) throw mismatch(JSON.stringify(type), 'a dynamic value', path);
  if (type === 'string') {
    if (typeof value !== 'string') throw mismatch('a string', value, path);
    return value;
  }
  if (type === 'bool') {
    if (typeof value !== 'boolean') throw mismatch('a bool', value, path);
    return value;
  }
  if (type === 'number') {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw mismatch('a number', value, path);
    // 0.1 as a float64 is not the 0.1 that Terraform read; its decimal text is.
    return Number.isSafeInteger(value) ? value : String(value);
  }
  if (type[0] === 'list' || type[0] === 'set') {
    if (!Array.isArray(value)) throw mismatch(`a ${type[0]}`, value, path);
    const element = type[1];
    return value.map((item, index) => toWire(item, element, `${path}[${index}]`));
  }
  if (type[0] === 'tuple') {
    const elements = type[1];
    if (!Array.isArray(value) || value.length !== elements.length) {
      throw mismatch(`a tuple of ${elements.length}`, value, path);
    }
    return value.map((item, index) => toWire(item, elements[index]!, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(`a ${type[0]}`, value, path);
  const result: Record<string, unknown> = {};
  if (type[0] === 'map') {
    for (const [key, item] of Object.entries(value)) result[key] = toWire(item, type[1], `${path}["${key}"]`);
    return result;
  }
  const attributes = type[1] as Record<string, CtyType>;
  const stray = Object.keys(value).find((name) => !(name in attributes));
  if (stray !== undefined) throw new CtyError(`unsupported attribute ${path}.${stray}`);
  for (const [name, attribute] of Object.entries(attributes)) {
    result[name] = toWire((value as CtyObject)[name], attribute, `${path}.${name}`);
  }
  return result;
}

function mismatch(expected: string, got: unknown, path: string): CtyError {
  const shown = got === UNKNOWN ? 'unknown' : Array.isArray(got) ? 'an array' : `a ${typeof got}`;
  return new CtyError(
    `expected ${expected} at ${path || 'the root'}, got ${typeof got === 'string' ? got : shown}`,
  );
}

function typeOfJson(json: unknown): CtyType {
  if (json === null || json === undefined) return 'dynamic';
  if (typeof json === 'string') return 'string';
  if (typeof json === 'number') return 'number';
  if (typeof json === 'boolean') return 'bool';
  if (Array.isArray(json)) return ['tuple', json.map(typeOfJson)];
  if (typeof json === 'object') {
    const attributes: Record<string, CtyType> = {};
    for (const [name, value] of Object.entries(json)) {
      if (value !== undefined) attributes[name] = typeOfJson(value);
    }
    return ['object', attributes];
  }
  throw new CtyError(`no Terraform type holds a ${typeof json}`);
}

/** The value without `Dynamic` wrappers, as JSON. Throws where a value is not known. */
export function toJson(value: CtyValue): unknown {
  if (value === UNKNOWN) throw new CtyError('value is not known yet');
  if (value instanceof Dynamic) return toJson(value.value);
  if (Array.isArray(value)) return value.map(toJson);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJson(item)]));
  }
  return value;
}

/** False when the value or anything inside it is unknown. */
export function isWhollyKnown(value: CtyValue): boolean {
  if (value === UNKNOWN) return false;
  if (value instanceof Dynamic) return isWhollyKnown(value.value);
  if (Array.isArray(value)) return value.every(isWhollyKnown);
  if (value !== null && typeof value === 'object') return Object.values(value).every(isWhollyKnown);
  return true;
}

/** Equality as Terraform sees it: object attributes in any order, absent the same as null; unknown equals nothing. */
export function ctyEquals(a: CtyValue | undefined, b: CtyValue | undefined): boolean {
  if (a === UNKNOWN || b === UNKNOWN) return false;
  if (a instanceof Dynamic) return ctyEquals(a.value, b);
  if (b instanceof Dynamic) return ctyEquals(a, b.value);
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => ctyEquals(item, b[i]))
    );
  }
  if (typeof a === 'object' && typeof b === 'object') {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].every((name) => ctyEquals((a as CtyObject)[name], (b as CtyObject)[name]));
  }
  return a === b;
}
