import { Token } from 'cdktf';
import { KeylessStorageAccount } from '../../../constructs';
import { tagProblems } from '../../../constructs/core/tags';
import { GROUP } from '../../support/samples';
import { errorOf, newStack, synth } from '../../support/synth';

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, 'x']));

describe('tags', () => {
  test.each([
    ['as many and as long as Azure takes', { ...many(49), ['k'.repeat(512)]: 'v'.repeat(256) }],
    ['with an empty value', { owner: '' }],
    ['known only after the deploy', { owner: Token.asString({ resolve: () => 'x' }) }],
  ])('%s have no problem', (_, tags) => {
    expect(tagProblems(tags)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['more than 50', many(51), 'tags takes 50 at most, got 51: leave some out'],
    [
      'a long key',
      { ['k'.repeat(513)]: 'x' },
      `tags takes keys of 1 to 512 characters, got 513 in '${'k'.repeat(60)}…': shorten it`,
    ],
    ['an empty key', { '': 'x' }, "tags takes keys of 1 to 512 characters, got 0 in '': shorten it"],
    [
      'a long value',
      { owner: 'v'.repeat(257) },
      "tags takes values of 256 characters at most, got 257 for 'owner': shorten it",
    ],
    [
      'characters that Azure keeps for itself',
      { 'cost/centre': '1' },
      "tags takes keys without < > % & \\ ? /, got 'cost/centre': write it with other characters",
    ],
    [
      'keys that differ in case alone',
      { owner: 'a', Owner: 'b' },
      "tags takes a key once, whatever its case, got 'owner' and 'Owner': leave one out",
    ],
    ['no text', { count: 3 }, "tags takes texts as values, got number for 'count': write it as a text"],
  ])('with %s are a mistake', (_, tags, problem) => {
    expect(tagProblems(tags as Record<string, string>)).toEqual([problem]);
  });

  test('of a storage account have shorter keys', () => {
    const stack = newStack();
    new KeylessStorageAccount(stack, 'Storage', {
      resourceGroup: GROUP,
      name: 'stapp',
      tags: { ['k'.repeat(129)]: 'x' },
    });
    expect(errorOf(() => synth(stack))).toContain('tags takes keys of 1 to 128 characters, got 129');
  });
});
