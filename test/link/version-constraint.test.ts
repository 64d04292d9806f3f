import { allows, overlaps, readConstraint, type Version } from '../../link/version-constraint';

test.each<[string, Version[], Version[]]>([
  ['4.55.0', [[4, 55, 0]], [[4, 55, 1]]],
  ['= 4.55', [[4, 55, 0]], [[4, 56, 0]]],
  ['~> 4.55', [[4, 55, 0], [4, 99, 9]], [[5, 0, 0], [4, 54, 9]]], // prettier-ignore
  ['~> 4.55.1', [[4, 55, 9]], [[4, 56, 0], [4, 55, 0]]], // prettier-ignore
  ['~> 4', [[4, 0, 0]], [[5, 0, 0]]],
  ['> 4.55, <= 5', [[4, 55, 1], [5, 0, 0]], [[4, 55, 0], [5, 0, 1]]], // prettier-ignore
  ['v4.60', [[4, 60, 0]], [[4, 61, 0]]],
  ['5.0.0-beta1', [[5, 0, 0]], [[4, 99, 0]]],
  ['!= 4.60.0', [[4, 61, 0], [9, 0, 0]], []], // prettier-ignore
  ['something else', [[0, 0, 0], [9, 9, 9]], []], // prettier-ignore
])('%s', (constraint, taken, refused) => {
  const range = readConstraint(constraint);
  expect(taken.filter((version) => !allows(range, version))).toEqual([]);
  expect(refused.filter((version) => allows(range, version))).toEqual([]);
});

test('versions of two ranges overlap when one is in both', () => {
  const four = readConstraint('~> 4.55');
  expect(overlaps(four, [4, 99, 0], [6, 0, 0])).toBe(true);
  expect(overlaps(four, [5, 0, 0], [6, 0, 0])).toBe(false);
  expect(overlaps(readConstraint('5.0.0'), [4, 0, 0], [5, 0, 0])).toBe(false);
  expect(overlaps(readConstraint('> 4.60, < 4.55'), [4, 0, 0], [5, 0, 0])).toBe(false);
});
