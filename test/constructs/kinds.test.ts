import { Construct } from 'constructs';
import * as library from '../../constructs';
import { PushConstructError } from '../../constructs/core/errors';
import { ensureAssets } from '../support/assets';
import { ACS_ID, apnsCredential, GROUP, STORAGE_ID } from '../support/samples';
import { errorOf, newStack, synth } from '../support/synth';

beforeAll(ensureAssets);

/** What plain JavaScript may give in place of anything. */
const VALUES: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  "''": '',
  "'x'": 'x',
  '{}': {},
  '[]': [],
  '[undefined]': [undefined],
  0: 0,
  NaN,
  'a function': () => undefined,
};

/** Props by their paths, and which of the values they take; every other one has to be told by the prop's name. */
type Props = Readonly<Record<string, string>>;

const OPTIONS = '{}';
const LIST = '[]';
const TEXT = "'x'";
const ANY_TEXT = "'x' ''";

const webhook = () => new library.WebhookDestination({ url: 'https://hooks.example.com/acs' });
const API = { tenantId: '11111111-1111-1111-1111-111111111111', audience: 'api://contoso' };
const DEAD_LETTER = { storageAccountId: STORAGE_ID, containerName: 'deadletter' };

/** Props that go together, so that all are told of one stack. */
const GROUPS: Readonly<Record<string, { given: () => Record<string, unknown>; props: Props }>> = {
  'parts that exist': {
    given: () => ({ events: webhook(), apns: undefined }),
    props: {
      communicationService: '',
      namespace: '',
      callingHub: '',
      systemTopic: '',
      deadLetter: '',
      sku: '',
      resourceGroup: '',
      tags: OPTIONS,
    },
  },
  options: {
    given: () => ({ events: webhook() }),
    props: {
      link: OPTIONS,
      lock: '',
      resourceOptions: OPTIONS,
      monitoring: OPTIONS,
      calls: OPTIONS,
      outputs: OPTIONS,
      providers: OPTIONS,
      preventDestroy: 'true',
      verification: OPTIONS,
    },
  },
  'members of options': {
    given: () => ({
      events: webhook(),
      deadLetter: DEAD_LETTER,
      lock: { kind: 'CanNotDelete' },
      resourceGroup: GROUP,
    }),
    props: {
      'resourceGroup.location': TEXT,
      'link.policy': '',
      'link.policyName': TEXT,
      'link.key': '',
      'lock.name': TEXT,
      'lock.notes': ANY_TEXT,
      'calls.filter': OPTIONS,
      'calls.dependsOn': LIST,
      'messages.eventTypes': '',
      'deadLetter.containerName': TEXT,
      'monitoring.runbookUrl': TEXT,
      'monitoring.monthlyPushes': '',
      'outputs.prefix': TEXT,
      'providers.azurerm': '',
      'providers.azureRm': '',
      'resourceOptions.namespace.tags': OPTIONS,
      'resourceOptions.namespace.lock': '',
      'resourceOptions.namespace.roleAssignments': LIST,
      'resourceOptions.namespace.diagnosticSettings': LIST,
      'resourceOptions.namespace.tag': '',
      'resourceOptions.callingHub': OPTIONS,
    },
  },
  'the relay': {
    given: () => ({}),
    props: {
      relayHub: '',
      voipHub: '',
      'events.storage': '',
      'events.identity': '',
      'events.applicationInsights': '',
      'events.logAnalyticsWorkspaceId': '',
      'events.location': TEXT,
      'events.alwaysReady': OPTIONS,
      'events.optionalEvents': LIST,
      'events.policyNames': OPTIONS,
      'events.publisher': '',
      'events.devicesApi': '',
      'events.templates': '',
      'linkHealthAlert.actionGroupIds': LIST,
      'linkHealthAlert.runbookUrl': TEXT,
      'linkHealthAlert.severity': '0',
      privateNetworking: '',
    },
  },
  'the devices API': {
    given: () => ({ events: { devicesApi: API } }),
    props: {
      'events.devicesApi.storage': '',
      'events.devicesApi.identity': '',
      'events.devicesApi.audience': TEXT,
      'events.devicesApi.authority': '',
      'events.devicesApi.allowedOrigins': LIST,
      'events.policyNames.send': TEXT,
      'privateNetworking.allowedIpRanges': LIST,
    },
  },
};

function withProp(props: object, [head, ...rest]: string[], value: unknown): Record<string, unknown> {
  const given = props as Record<string, unknown>;
  return { ...given, [head!]: rest.length === 0 ? value : withProp(given[head!] ?? {}, rest, value) };
}

function told(props: Record<string, unknown>): string {
  const stack = newStack();
  const build = () => {
    new library.PushNotifications(stack, 'Push', {
      resourceGroup: GROUP,
      name: 'contoso',
      uniqueSuffix: 'x7k2p9',
      dataLocation: 'Europe',
      apns: apnsCredential(stack),
      verification: false,
      ...props,
    } as unknown as library.PushNotificationsProps);
  };
  return errorOf(() => {
    try {
      build();
      synth(stack);
    } catch (error) {
      if (isForeseen(error)) throw error;
      throw new Error(`unforeseen: ${(error as Error).stack}`, { cause: error });
    }
  });
}

describe.each(Object.entries(GROUPS))('%s', (_, { given, props }) => {
  test.each(Object.entries(VALUES))('given as %s are told by their names', (label, value) => {
    const wrong = Object.keys(props).filter((path) => !props[path]!.split(' ').includes(label));
    const all = wrong.reduce((sum, path) => withProp(sum, path.split('.'), value), given());
    const text = told(all);
    expect(text).not.toContain('unforeseen');
    for (const path of wrong) {
      expect({ path, named: new RegExp(`\\b${path.split('.').at(-1)}\\b`).test(text), text }).toEqual({
        path,
        named: true,
        text,
      });
    }
  });
});

test.each([
  ['tags', true],
  ['deadLetter', true],
  ['preventDestroy', null],
  ['lock', true],
])('what is wrong about %s is told once', (prop, value) => {
  expect(told({ events: webhook(), [prop]: value }).match(/\n {2}at construct/g)).toHaveLength(1);
});

const CONSTRUCTS = Object.entries(library).filter(
  ([name, each]) =>
    typeof each === 'function' &&
    each.prototype instanceof Construct &&
    // The one takes no props, the other is abstract.
    !['AzapiProvider', 'HubPolicy'].includes(name),
) as unknown as [string, new (scope: Construct, id: string, props: unknown) => Construct][];

test.each(CONSTRUCTS)('%s without props says so', (_, Made) => {
  for (const props of [undefined, null]) {
    const stack = newStack();
    let thrown: unknown;
    try {
      new Made(stack, 'Made', props);
      synth(stack);
    } catch (error) {
      thrown = error;
    }
    const { message } = thrown as Error;
    expect({
      message,
      known: isForeseen(thrown),
    }).toEqual({
      message,
      known: true,
    });
  }
});

test('an alert without threshold is told', () => {
  const stack = newStack();
  const metric = new library.Metric({
    resourceId: ACS_ID,
    namespace: 'x',
    name: 'x',
    aggregation: 'Total',
    unit: 'Count',
  });
  metric.createAlert(stack, 'Alert', { resourceGroup: GROUP, name: 'alert' } as library.MetricAlertProps);
  expect(errorOf(() => synth(stack))).toContain(
    "alert.threshold takes a number in the metric's unit, got nothing",
  );
});

/** What is no error of this library, or of cdktf's validation, is one that nobody foresaw. */
function isForeseen(error: unknown): boolean {
  return error instanceof PushConstructError || (error as Error).message.startsWith('Validation failed');
}
