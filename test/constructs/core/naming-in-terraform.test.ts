import { TerraformVariable } from 'cdktf';
import { NAME_RULES, Naming, nameProblem, type NamedResource } from '../../../constructs';
import { guidOf } from '../../../constructs/core/guid';
import { newStack, resolved } from '../../support/synth';
import { evaluate } from '../../support/terraform-expressions';

const RESOURCES = Object.keys(NAME_RULES) as NamedResource[];
const PURPOSES = ['', 'relay'];

/** What Terraform makes of all names, base and suffix being of variables. */
function inTerraform(base: string, suffix: string): string[] {
  const warn = jest.spyOn(console, 'warn');
  const stack = newStack();
  const variable = (name: string) => new TerraformVariable(stack, name, { type: 'string' }).stringValue;
  const naming = new Naming(`${variable('start')}${variable('end')}`, variable('suffix'));
  const names = RESOURCES.flatMap((each) => PURPOSES.map((purpose) => naming.name(each, purpose)));
  const templates = [...names, guidOf(naming.name('functionApp'))].map(
    (name) => `"${resolved(stack, name)}"`,
  );
  expect(warn).not.toHaveBeenCalled();
  return evaluate(`[${templates.join(', ')}]`, {
    start: base.slice(0, 2),
    end: base.slice(2),
    suffix,
  }) as string[];
}

describe.each(['abc', 'contoso-prod', 'a-'.repeat(9) + 'ab', `${'x'.repeat(36)}-${'y'.repeat(30)}`])(
  'names whose base %s is known only when deployed',
  (base) => {
    const naming = new Naming(base, 'x7k2p9');
    let made: string[];
    const expected = RESOURCES.flatMap((each) => PURPOSES.map((purpose) => naming.name(each, purpose)));

    beforeAll(() => {
      made = inTerraform(base, 'x7k2p9');
    });

    test('are those of a base that is known, but for the hash in a storage account of a purpose', () => {
      const hashed = RESOURCES.indexOf('storageAccount') * PURPOSES.length + 1;
      const withoutHash = (names: string[]) => names.filter((_, i) => i !== hashed);
      expect(withoutHash(made.slice(0, -1))).toEqual(withoutHash(expected));
      expect(made[hashed]).toHaveLength(expected[hashed]!.length);
    });

    test('are taken by Azure', () => {
      const problems = RESOURCES.flatMap((each, i) =>
        PURPOSES.map((_, j) => nameProblem(each, made[i * PURPOSES.length + j]!)),
      );
      expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
    });

    test('have the same GUIDs made of them', () => {
      expect(made.at(-1)).toBe(guidOf(naming.name('functionApp')));
    });
  },
);
