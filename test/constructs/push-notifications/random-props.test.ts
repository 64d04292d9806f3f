import { TerraformStack } from 'cdktf';
import fc from 'fast-check';
import { ApnsTokenCredential, PushNotifications, type PushNotificationsProps } from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { schemaProblems } from '../../support/provider-schema';
import {
  apnsCredential,
  browserCredential,
  fcmCredential,
  GROUP,
  voipCredential,
} from '../../support/samples';
import { errorOf, newStack, synth } from '../../support/synth';

beforeAll(ensureAssets);

type Make = (stack: TerraformStack) => unknown;

/** A value, and whether it is one that the prop takes. */
interface Choice {
  readonly right: boolean;
  readonly make: Make;
}

const right = (...makes: Make[]): Choice[] => makes.map((make) => ({ right: true, make }));
const wrong = (...values: unknown[]): Choice[] =>
  values.map((value) => ({ right: false, make: () => value }));

const apnsWith =
  (over: object): Make =>
  (stack) =>
    new ApnsTokenCredential({ ...apnsCredential(stack).props, ...over });
const ofKind = ['yes', 7, true, [], null];
const options = ['yes', 7, [], null];

/** Right and wrong values of each prop. Names in an error begin with the prop, or with what stands in `says`. */
const PROPS: Readonly<Record<string, { choices: Choice[]; says?: RegExp }>> = {
  name: {
    choices: [
      ...right(
        () => 'contoso',
        () => 'ab',
        () => 'a-1',
      ),
      ...wrong('Contoso', 'a', '', undefined, 7, null),
    ],
  },
  uniqueSuffix: {
    choices: [
      ...right(
        () => 'x7k2p9',
        () => 'abc',
      ),
      ...wrong('AB', '', 7, null),
    ],
  },
  resourceGroup: { choices: [...right(() => GROUP), ...wrong(undefined, null, 'rg-app', { id: 'x' })] },
  dataLocation: {
    choices: [
      ...right(
        () => 'Europe',
        () => 'UAE',
      ),
      ...wrong('europe', 'usgov', undefined, 7),
    ],
  },
  apns: {
    choices: [
      ...right(apnsCredential),
      ...wrong('p8', 7, {}),
      { right: false, make: apnsWith({ keyId: 'x' }) },
      { right: false, make: apnsWith({ token: 'p8', endpoint: 'beta' }) },
    ],
  },
  fcm: { choices: [...right(() => undefined, fcmCredential), ...wrong('{}', 7, {})] },
  browser: { choices: [...right(() => undefined, browserCredential), ...wrong('key', {})] },
  voipApns: {
    choices: [
      ...right(() => undefined, voipCredential),
      ...wrong('p8'),
      { right: false, make: apnsCredential },
    ],
    says: /^(voipApns|voipHub) /,
  },
  sku: {
    choices: [
      ...right(
        () => undefined,
        () => 'Standard',
      ),
      ...wrong('Premium', 7),
    ],
  },
  events: {
    choices: [
      ...right(
        () => undefined,
        () => ({ storageShards: 8 }),
        () => ({ messageText: 'omit' }),
      ),
      ...wrong('relay', true, 7, null),
    ],
  },
  link: {
    choices: [
      ...right(
        () => undefined,
        () => ({ key: 'secondary' }),
      ),
      ...wrong(...ofKind),
    ],
  },
  verification: {
    choices: [
      ...right(
        () => undefined,
        () => false,
        () => ({ timeout: '20m' }),
      ),
      ...wrong(...ofKind, { level: 'high' }, { timeout: 15 }),
    ],
    says: /^(verification|level|timeout) /,
  },
  monitoring: {
    choices: [
      ...right(
        () => undefined,
        () => ({ emails: ['oncall@example.com'] }),
      ),
      ...wrong(...ofKind, { emails: 'x' }, { alerts: { nothing: true } }),
    ],
    says: /^(monitoring|emails|alerts) /,
  },
  linkHealthAlert: {
    choices: [
      ...right(
        () => undefined,
        () => true,
      ),
      ...wrong('yes', 7, { severity: 9 }),
    ],
    says: /^linkHealthAlert/,
  },
  calls: {
    choices: [
      ...right(
        () => undefined,
        () => ({ filter: { subjectBeginsWith: '/x' } }),
      ),
      ...wrong(...options, { retryPolicy: { maxDeliveryAttempts: 99, eventTimeToLive: 1 } }),
    ],
    says: /^(calls|retryPolicy)/,
  },
  tags: {
    choices: [
      ...right(
        () => undefined,
        () => ({ team: 'x' }),
      ),
      ...wrong('team', { 'a/b': 'x' }, { team: 7 }),
    ],
    says: /^tags/,
  },
  deadLetterRetentionDays: {
    choices: [
      ...right(
        () => undefined,
        () => 7,
        () => false,
      ),
      ...wrong(-1, 'x', 0.5),
    ],
  },
};

/** Each prop mostly right, so that whole stacks come out right too. */
const GIVEN = fc.record(
  Object.fromEntries(
    Object.entries(PROPS).map(([prop, { choices }]) => [
      prop,
      fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...choices.filter((choice) => choice.right)) },
        { weight: 1, arbitrary: fc.constantFrom(...choices.filter((choice) => !choice.right)) },
      ),
    ]),
  ),
);

function build(given: Readonly<Record<string, Choice>>): TerraformStack {
  const stack = newStack();
  const props = Object.fromEntries(Object.entries(given).map(([prop, { make }]) => [prop, make(stack)]));
  new PushNotifications(stack, 'Push', props as unknown as PushNotificationsProps);
  return stack;
}

test('any props give JSON that the providers take, or an error that names each prop that is wrong', () => {
  fc.assert(
    fc.property(GIVEN, (given) => {
      const wrongProps = Object.keys(given).filter((prop) => !given[prop]!.right);
      if (wrongProps.length === 0) {
        expect(schemaProblems(synth(build(given)))).toEqual([]);
        return;
      }
      const lines = errorOf(() => synth(build(given))).split('\n');
      for (const prop of wrongProps) {
        const says = PROPS[prop]!.says ?? new RegExp(`^${prop}[ .]`);
        expect({ prop, told: lines.filter((line) => says.test(line)).length > 0 }).toEqual({
          prop,
          told: true,
        });
      }
    }),
    { seed: 20_261_128, numRuns: 15 },
  );
});
