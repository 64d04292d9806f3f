import { decode, encode, ExtData } from '@msgpack/msgpack';
import { ctyEquals, decodeCty, Dynamic, encodeCty, toJson, UNKNOWN, type CtyType } from '../../terraform/cty';

/** What arrives when a value is sent and read back as Terraform would. */
function roundTrip(value: Parameters<typeof encodeCty>[0], type: CtyType) {
  return decodeCty(encodeCty(value, type), type);
}

describe('the codec of Terraform values', () => {
  it('keeps nested objects, lists, maps and nulls', () => {
    const type: CtyType = [
      'object',
      {
        name: 'string',
        tags: ['map', 'string'],
        blocks: ['list', ['object', { on: 'bool', count: 'number' }]],
        nothing: 'string',
        pair: ['tuple', ['string', 'number']],
      },
    ];
    const value = {
      name: 'a',
      tags: { x: 'y' },
      blocks: [{ on: true, count: 3 }],
      nothing: null,
      pair: ['p', 1],
    };
    expect(roundTrip(value, type)).toEqual(value);
  });

  it('reads an attribute that is left out as null', () => {
    expect(decodeCty(encode({ a: 'x' }), ['object', { a: 'string', b: 'string' }])).toEqual({
      a: 'x',
      b: null,
    });
  });

  it('sends an empty list for a block that is not there', () => {
    expect(roundTrip({ block: [] }, ['object', { block: ['list', ['object', { a: 'string' }]] }])).toEqual({
      block: [],
    });
  });

  it('reads every msgpack extension as unknown, refined or not', () => {
    const plain = encode(new ExtData(0, new Uint8Array([0])));
    const refined = encode(new ExtData(12, encode({ 1: false })));
    expect(decodeCty(plain, 'string')).toBe(UNKNOWN);
    expect(decodeCty(refined, 'string')).toBe(UNKNOWN);
  });

  it('sends unknown values as extension 0', () => {
    const sent = decode(encodeCty({ id: UNKNOWN }, ['object', { id: 'string' }])) as { id: ExtData };
    expect(sent.id.type).toBe(0);
  });

  it('sends a dynamic value as a pair of type and value', () => {
    const [type, value] = decode(encodeCty(Dynamic.fromJson({ a: [1, 'b'] }), 'dynamic')) as [
      Uint8Array,
      unknown,
    ];
    expect(JSON.parse(Buffer.from(type).toString())).toEqual([
      'object',
      { a: ['tuple', ['number', 'string']] },
    ]);
    expect(value).toEqual({ a: [1, 'b'] });
  });

  it('gives a dynamic value back with the type that it came with', () => {
    const type = ['map', 'string'];
    const bytes = encode([Buffer.from(JSON.stringify(type)), { a: 'b' }]);
    const value = decodeCty(bytes, 'dynamic') as Dynamic;
    expect(value.type).toEqual(type);
    expect(Buffer.compare(encodeCty(value, 'dynamic'), Buffer.from(bytes))).toBe(0);
  });

  it('keeps nulls and unknown values inside a dynamic value', () => {
    const value = new Dynamic(['object', { a: 'dynamic', b: 'string' }], { a: null, b: UNKNOWN });
    expect(roundTrip(value, 'dynamic')).toEqual(value);
  });

  it('reads a number that comes as decimal text, and sends a fraction as one', () => {
    expect(decodeCty(encode('0.1'), 'number')).toBe(0.1);
    expect(decode(encodeCty(0.1, 'number'))).toBe('0.1');
    expect(decode(encodeCty(-1, 'number'))).toBe(-1);
  });

  it('refuses a value of another type and says where it is', () => {
    expect(() =>
      encodeCty({ a: [{ b: 1 }] }, ['object', { a: ['list', ['object', { b: 'string' }]] }]),
    ).toThrow('expected a string at .a[0].b, got a number');
  });

  it('refuses an attribute that the type does not have', () => {
    expect(() => encodeCty({ a: 'x', z: 'y' }, ['object', { a: 'string' }])).toThrow(
      'unsupported attribute .z',
    );
  });

  it('takes an absent attribute and a null one for the same, and an unknown one for nothing', () => {
    expect(ctyEquals({ a: null, b: 'x' }, { b: 'x' })).toBe(true);
    expect(ctyEquals(UNKNOWN, UNKNOWN)).toBe(false);
    expect(ctyEquals(Dynamic.fromJson({ a: [1] }), { a: [1] })).toBe(true);
  });

  it('makes no JSON of what is not known', () => {
    expect(() => toJson({ a: [UNKNOWN] })).toThrow('not known');
  });
});
