import { TerraformVariable } from 'cdktf';
import {
  checkName,
  NAME_RULES,
  nameProblem,
  Naming,
  uniqueSuffixOf,
  type NamedResource,
} from '../../../constructs';
import { errorOf, newStack } from '../../support/synth';

/** Shortest and longest name that Azure takes, and a character it refuses inside. */
const EDGES: Record<NamedResource, { min: number; max: number; letter: string; refused: string[] }> = {
  resourceGroup: { min: 1, max: 90, letter: 'a', refused: ['a b', 'a.', 'a/b'] },
  communicationService: { min: 1, max: 63, letter: 'a', refused: ['a.b', 'a b', 'ä'] },
  notificationHubNamespace: { min: 6, max: 50, letter: 'a', refused: ['1abcde', 'abcde-', 'abc_de'] },
  notificationHub: { min: 1, max: 260, letter: 'a', refused: ['-a', '.a', 'a b'] },
  authorizationRule: { min: 1, max: 256, letter: 'a', refused: ['-a', 'a-', 'a b'] },
  systemTopic: { min: 3, max: 50, letter: 'a', refused: ['a_b', 'a.b'] },
  eventSubscription: { min: 3, max: 64, letter: 'a', refused: ['a_b', 'a.b'] },
  storageAccount: { min: 3, max: 24, letter: 'a', refused: ['aBc', 'a-b', 'a_b'] },
  storageContainer: { min: 3, max: 63, letter: 'a', refused: ['a--b', '-ab', 'ab-', 'Abc'] },
  storageQueue: { min: 3, max: 63, letter: 'a', refused: ['a--b', '-ab', 'ab-', 'Abc'] },
  functionApp: { min: 2, max: 60, letter: 'a', refused: ['-ab', 'ab-', 'a_b'] },
  servicePlan: { min: 1, max: 60, letter: 'a', refused: ['a_b', 'a.b'] },
  userAssignedIdentity: { min: 3, max: 128, letter: 'a', refused: ['-ab', '_ab', 'a.b'] },
  privateEndpoint: { min: 2, max: 64, letter: 'a', refused: ['-ab', '_ab', 'ab-', 'ab.', 'a b'] },
  logAnalyticsWorkspace: { min: 4, max: 63, letter: 'a', refused: ['-abc', 'abc-', 'a_bc'] },
  applicationInsights: { min: 1, max: 255, letter: 'a', refused: ['a%b', 'a?b', 'a.', 'a '] },
  metricAlert: { min: 1, max: 260, letter: 'a', refused: ['a:b', 'a{b', 'a.', 'a '] },
  scheduledQueryRule: { min: 1, max: 260, letter: 'a', refused: ['a|b', 'a{b', 'a.', 'a '] },
  actionGroup: { min: 1, max: 260, letter: 'a', refused: ['a:b', 'a+b', 'a.', 'a '] },
  diagnosticSetting: { min: 1, max: 260, letter: 'a', refused: ['a:b', 'a/b', 'a.', 'a '] },
  workbook: { min: 1, max: 255, letter: 'a', refused: ['a%b', 'a/b'] },
};

describe('names of Azure resources', () => {
  test('have edges tested for every resource', () => {
    expect(Object.keys(EDGES).sort()).toEqual(Object.keys(NAME_RULES).sort());
  });

  describe.each(Object.entries(EDGES) as [NamedResource, (typeof EDGES)[NamedResource]][])(
    'of a %s',
    (resource, { min, max, letter, refused }) => {
      test(`take ${min} to ${max} characters`, () => {
        expect(nameProblem(resource, letter.repeat(min))).toBeUndefined();
        expect(nameProblem(resource, letter.repeat(max))).toBeUndefined();
        expect(nameProblem(resource, letter.repeat(min - 1))).toMatch(
          new RegExp(`takes ${min} to ${max} characters, got ${min - 1} in '.*'$`),
        );
        expect(nameProblem(resource, letter.repeat(max + 1))).toMatch(
          new RegExp(`takes ${min} to ${max} characters, got ${max + 1} in '.*'$`),
        );
      });

      test.each(refused)('refuse %p', (name) => {
        expect(nameProblem(resource, name)).toMatch(
          new RegExp(`^name of an? ${resource} takes [^0-9].*, got '.*'$`),
        );
      });
    },
  );

  test('are checked with the construct named', () => {
    const stack = newStack();
    expect(errorOf(() => checkName(stack, 'systemTopic', 'a_b'))).toBe(
      "name of a systemTopic takes letters, digits and -, got 'a_b'\n  at construct stack",
    );
    expect(errorOf(() => checkName(newStack(), 'applicationInsights', 'a?b'))).toBe(
      "name of an applicationInsights takes anything but % & \\ ? /, not ending in a space or ., got 'a?b'\n" +
        '  at construct stack',
    );
  });

  test('that are known only after the deploy pass', () => {
    const stack = newStack();
    const name = new TerraformVariable(stack, 'name', {}).stringValue;
    expect(checkName(stack, 'storageAccount', name)).toBe(name);
  });
});

describe('names made from a base', () => {
  const naming = new Naming('contoso-prod', 'x7k2p9');

  test('begin with the usual abbreviation and end with the purpose', () => {
    expect(naming.name('notificationHub', 'calling')).toBe('ntf-contoso-prod-calling');
    expect(naming.name('systemTopic')).toBe('evgst-contoso-prod');
    expect(naming.name('authorizationRule', 'send')).toBe('contoso-prod-send');
  });

  test('have the suffix where Azure wants them unique worldwide, and only there', () => {
    const unique = (Object.keys(NAME_RULES) as NamedResource[]).filter((resource) =>
      naming.name(resource).endsWith('x7k2p9'),
    );
    expect(unique).toEqual([
      'communicationService',
      'notificationHubNamespace',
      'storageAccount',
      'functionApp',
      'workbook',
    ]);
  });

  test('lose their hyphens in a storage account', () => {
    expect(naming.name('storageAccount')).toBe('stcontosoprodx7k2p9');
  });

  test.each(Object.keys(NAME_RULES) as NamedResource[])(
    'are good ones for a %s, however long the base',
    (resource) => {
      for (const base of ['ab', 'contoso-prod', 'a-'.repeat(9) + 'ab', 'x'.repeat(200)]) {
        const name = new Naming(base, 'x7k2p9').name(resource, 'relay');
        expect([name, nameProblem(resource, name)]).toEqual([name, undefined]);
        if (NAME_RULES[resource].scope === 'global') expect(name).toMatch(/x7k2p9$/);
      }
    },
  );

  test('are cut without a hyphen left at the cut', () => {
    expect(new Naming(`${'x'.repeat(36)}-${'y'.repeat(30)}`, 'x7k2p9').name('notificationHubNamespace')).toBe(
      `ntfns-${'x'.repeat(36)}-x7k2p9`,
    );
  });
});

describe('a suffix', () => {
  test('is six letters and digits, the same for the same parts', () => {
    expect(uniqueSuffixOf('a', 'b')).toMatch(/^[a-z0-9]{6}$/);
    expect(uniqueSuffixOf('a', 'b')).toBe(uniqueSuffixOf('a', 'b'));
  });

  test('is another one for other parts, however they are split', () => {
    const suffixes = [
      uniqueSuffixOf('a', 'b'),
      uniqueSuffixOf('b', 'a'),
      uniqueSuffixOf('ab'),
      uniqueSuffixOf('a'),
    ];
    expect(new Set(suffixes).size).toBe(4);
  });
});
