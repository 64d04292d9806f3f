import { TerraformVariable, type TerraformStack } from 'cdktf';
import { PushNotifications, type PushNotificationsProps } from '../../../constructs';
import { ensureAssets } from '../../support/assets';
import { schemaProblems } from '../../support/provider-schema';
import { apnsCredential, GROUP } from '../../support/samples';
import { errorOf, newStack, synth, type Synthesized } from '../../support/synth';
import { evaluate } from '../../support/terraform-expressions';

beforeAll(ensureAssets);

/** Values that are variables, each made when it is asked for. */
class Variables {
  constructor(private readonly stack: TerraformStack) {}

  /** Any prop takes it. */
  text(name: string): any {
    return new TerraformVariable(this.stack, name, { type: 'string' }).stringValue;
  }

  /** Any prop takes it. */
  number(name: string): any {
    return new TerraformVariable(this.stack, name, { type: 'number' }).numberValue;
  }
}

type Over = (variables: Variables, stack: TerraformStack) => Partial<PushNotificationsProps>;

function push(over: Over): Synthesized {
  const stack = newStack();
  const given = over(new Variables(stack), stack);
  new PushNotifications(stack, 'Push', {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    apns: apnsCredential(stack),
    ...given,
  });
  return synth(stack);
}

/** But for role assignments, whose names are made of ids that Azure makes. */
const namesOf = (json: Synthesized) =>
  json.resourceTypes
    .filter((type) => type !== 'azurerm_role_assignment')
    .flatMap((type) => json.resources(type).map(({ name }) => name as string | undefined));

describe('push notifications of values that are known only when deployed', () => {
  const everything: Over = (v, stack) => ({
    name: v.text('base'),
    uniqueSuffix: v.text('suffix'),
    dataLocation: v.text('data_location'),
    sku: v.text('sku'),
    tags: { app: v.text('tag') },
    apns: apnsCredential(stack, {
      keyId: v.text('key_id'),
      teamId: v.text('team_id'),
      bundleId: v.text('bundle_id'),
      endpoint: v.text('apns_endpoint'),
    }),
    link: { key: v.text('key'), relinkToken: v.text('relink') },
    verification: { level: v.text('level'), timeout: v.text('timeout') },
    deadLetterRetentionDays: v.number('days'),
    monitoring: {
      monthlyPushes: v.number('monthly_pushes'),
      communicationLogs: [v.text('log_category')],
      alerts: {
        pushQuota: { threshold: v.number('share') },
        deadLetters: {
          threshold: v.number('threshold'),
          severity: v.number('severity'),
          window: v.text('window'),
          frequency: v.text('frequency'),
        },
        silence: { threshold: v.number('silence') },
      },
    },
    calls: { retryPolicy: { maxDeliveryAttempts: v.number('attempts'), eventTimeToLive: v.number('ttl') } },
    recordings: { eventTypes: [v.text('event_type')] },
    events: {
      location: v.text('location'),
      storageShards: v.number('shards'),
      successLinesPercent: v.number('percent'),
      dailyLogCapGb: v.number('cap'),
      messageText: v.text('message_text'),
      instanceMemoryInMb: v.number('memory'),
      maximumInstanceCount: v.number('instances'),
      alwaysReady: { calls: v.number('ready') },
      devicesApi: {
        tenantId: v.text('tenant'),
        audience: v.text('audience'),
        authority: v.text('authority'),
        requestsPerMinute: v.number('requests'),
      },
    },
  });
  let warn: jest.SpyInstance;
  let json: Synthesized;
  beforeAll(() => {
    warn = jest.spyOn(console, 'warn').mockImplementation();
    json = push(everything);
  });
  afterAll(() => warn.mockRestore());

  test('are held by the schemas, and what is not known is left to Terraform', () => {
    expect(schemaProblems(json)).toEqual([]);
    expect(json.text).not.toMatch(/TfToken|e\+289/);
    expect(json.text).toContain('${var.shards}');
    expect(warn).not.toHaveBeenCalled();
  });

  test('have the names that they have of values that are known', () => {
    const known = push((v, stack) => ({
      ...everything(v, stack),
      name: 'contoso',
      uniqueSuffix: 'x7k2p9',
    }));
    const templates = namesOf(json).map((name) => JSON.stringify(name ?? '').replaceAll('\\"', '"'));
    const made = evaluate(`[${templates.join(', ')}]`, { base: 'contoso', suffix: 'x7k2p9' });
    const withoutTimes = (names: unknown) => (names as string[]).filter((name) => !name?.includes('/'));
    expect(withoutTimes(made)).toEqual(namesOf(known).map((name) => name ?? ''));
  });

  test('are held against the data location of the first deploy', () => {
    const [precondition] = json
      .oneArm('Microsoft.Communication/communicationServices')
      .lifecycle.precondition.filter(({ condition }: { condition: string }) => condition.includes('output'));
    expect(precondition.condition).toMatch(/output\.dataLocation == join\("", \[var\.data_location\]\)\}$/);
  });
});

test('what has to be known when it is synthesized is told all at once', () => {
  const refused = errorOf(() =>
    push((v) => ({
      link: { policyName: v.text('link_policy') },
      events: {
        templates: v.text('templates'),
        packagePath: v.text('package'),
        optionalEvents: [v.text('event')],
        policyNames: { send: v.text('relay_policy') },
      },
    })),
  );
  for (const prop of ['templates', 'packagePath', 'optionalEvents']) {
    expect(refused).toContain(
      `${prop} is read when the stack is synthesized, got a value known only when deployed: give it as a literal`,
    );
  }
  for (const prop of ['policyName', 'policyNames.send']) {
    expect(refused).toContain(`${prop} has to be known when the stack is synthesized: give it as a literal`);
  }
});

test('two names that are the same token are refused, without a word of cdktf', () => {
  const stack = newStack();
  const name = new Variables(stack).text('base');
  const make = (id: string) =>
    new PushNotifications(stack, id, {
      resourceGroup: GROUP,
      name,
      uniqueSuffix: 'x7k2p9',
      dataLocation: 'Europe',
      apns: apnsCredential(stack),
      events: false,
      verification: false,
    });
  make('One');
  expect(errorOf(() => make('Two'))).toContain(
    "name '(known only when deployed)' is taken by stack/One: give each PushNotifications of a stack its own",
  );
});
