import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { Aspects, TerraformVariable, type TerraformStack } from 'cdktf';
import {
  acknowledgeWarning,
  EventHubDestination,
  FunctionDestination,
  ServiceBusQueueDestination,
  ServiceBusTopicDestination,
  type IEventDestination,
} from '../../../constructs';
import { AZURERM_DIFFERENCES } from '../../../constructs/core/azurerm-differences';
import { AZURERM_SCHEMAS, loadSchema, type BlockSchema } from '../../../local/terraform/schema';
import { allows, readConstraint, type Version } from '../../../link/version-constraint';
import { maximalPush } from '../../support/maximal';
import { deprecatedArguments, schemaProblems, writtenFor } from '../../support/provider-schema';
import { GROUP } from '../../support/samples';
import { newStack, synth, warnings, type Synthesized } from '../../support/synth';

const VERSION = 'terraform.required_providers.azurerm.version';

function pinned(stack: TerraformStack, azurerm: string): Synthesized {
  stack.addOverride(VERSION, azurerm);
  return synth(stack);
}

/** The whole pattern; made once, as every pin is written anew. */
let stack: TerraformStack;

beforeAll(() => {
  stack = newStack();
  maximalPush(stack);
});

const insightsFor = (azurerm: string) =>
  Object.values(
    writtenFor(stack, azurerm).resource.azurerm_application_insights as Record<string, object>,
  )[0];

describe('the whole pattern', () => {
  test('is taken by each of the schemas', () => {
    expect(schemaProblems(synth(stack))).toEqual([]);
  });

  test('has what a version calls deprecated in one place, whose successor older ones lack', () => {
    expect(deprecatedArguments(stack, '4.55.0')).toEqual([]);
    expect(deprecatedArguments(stack, '4.79.0')).toEqual([
      expect.stringMatching(/azurerm_application_insights\.\w+\.local_authentication_disabled$/),
    ]);
    expect(deprecatedArguments(stack, '5.2.0')).toEqual([]);
  });

  test.each(['4.55.0', '~> 4.0', '4.79.0', '>= 4.55, < 5.0.0'])(
    'is written with the older name for %s',
    (azurerm) => {
      expect(insightsFor(azurerm)).toMatchObject({ local_authentication_disabled: true });
      expect(insightsFor(azurerm)).not.toHaveProperty('local_authentication_enabled');
    },
  );

  test.each(['5.2.0', '~> 5.0', '>= 5.0.0, < 6.0.0', '>= 4.55', '>= 4.78'])(
    'is written with the newer name for %s',
    (azurerm) => {
      expect(insightsFor(azurerm)).toMatchObject({ local_authentication_enabled: false });
      expect(insightsFor(azurerm)).not.toHaveProperty('local_authentication_disabled');
    },
  );
});

const TO_QUEUES: [string, IEventDestination][] = [
  [
    'service_bus_queue_id',
    new ServiceBusQueueDestination({ serviceBusQueueId: idOf('Microsoft.ServiceBus/namespaces/n/queues/q') }),
  ],
  [
    'service_bus_topic_id',
    new ServiceBusTopicDestination({ serviceBusTopicId: idOf('Microsoft.ServiceBus/namespaces/n/topics/t') }),
  ],
  [
    'eventhub_id',
    new EventHubDestination({ eventHubId: idOf('Microsoft.EventHub/namespaces/n/eventhubs/e') }),
  ],
];

function idOf(resource: string): string {
  return `${GROUP.id}/providers/${resource}`;
}

const subscribed = (destination: IEventDestination) => {
  const stack = newStack();
  maximalPush(stack, {
    events: destination,
    monitoring: undefined,
    voipApns: undefined,
    browser: undefined,
  });
  return stack;
};

test.each(TO_QUEUES)('events go to %s in 5.x, which had another name before', (name, destination) => {
  const stack = subscribed(destination);
  expect(schemaProblems(pinned(stack, '5.2.0'))).toEqual([]);
  const subscriptions = pinned(stack, '5.2.0').resources('azurerm_eventgrid_system_topic_event_subscription');
  expect(subscriptions.length).toBeGreaterThan(0);
  for (const each of subscriptions) expect(each[name]).toContain('/providers/Microsoft.');
});

test('a function’s id is written as azurerm 5 reads it, letter by letter', () => {
  const stack = subscribed(
    new FunctionDestination({
      functionAppId: `${GROUP.id}/providers/Microsoft.Web/sites/func`.toLowerCase(),
      functionName: 'OnEvent',
    }),
  );
  const [subscription] = synth(stack).resources('azurerm_eventgrid_system_topic_event_subscription');
  expect(subscription!.azure_function_endpoint.function_id).toMatch(
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Web\/sites\/func\/functions\/OnEvent$/,
  );
});

describe('what a caller changes', () => {
  test('by an Aspect is said under the name that the version takes', () => {
    const stack = newStack();
    maximalPush(stack);
    const on = new TerraformVariable(stack, 'local', { type: 'bool' });
    Aspects.of(stack).add({
      visit: (node) => {
        if (!(node instanceof ApplicationInsights)) return;
        node.disableIpMasking = true;
        node.localAuthenticationDisabled = on.booleanValue;
        stack.addOverride(VERSION, '5.2.0');
      },
    });
    expect(synth(stack).resource('azurerm_application_insights')).toMatchObject({
      ip_masking_enabled: false,
      local_authentication_enabled: '${!var.local}',
    });
    expect(warnings(stack)).toEqual([]);
  });

  test('by an override stands as it was given, and is told of where the version refuses it', () => {
    const stack = newStack();
    const { relay } = maximalPush(stack);
    const insights = relay!.node.findChild('Insights') as ApplicationInsights;
    insights.addOverride('local_authentication_disabled', false);
    const json = pinned(stack, '5.2.0');
    expect(json.resource('azurerm_application_insights')).toMatchObject({
      local_authentication_disabled: false,
    });
    expect(warnings(stack)).toEqual([
      `${insights.node.path}: azurerm takes no local_authentication_disabled of azurerm_application_insights from ` +
        `5.0.0 on, and '5.2.0' allows that: use local_authentication_enabled, which says the opposite, or hold ` +
        `azurerm to a version before [ack: cdktf-acs-push:azurerm-argument]`,
    ]);
  });
});

describe('resources that callers write themselves', () => {
  const own = (azurerm: string) => {
    const stack = newStack();
    maximalPush(stack);
    const insights = new ApplicationInsights(stack, 'Own', {
      name: 'own',
      location: 'westeurope',
      resourceGroupName: 'rg',
      applicationType: 'web',
      localAuthenticationDisabled: true,
    });
    return { stack, insights, write: () => pinned(stack, azurerm) };
  };

  test('are left as they are, and told of', () => {
    const { stack, write } = own('~> 5.0');
    expect(write().resourceNamed('azurerm_application_insights', 'Own')).toMatchObject({
      local_authentication_disabled: true,
    });
    expect(warnings(stack)).toEqual([
      expect.stringMatching(/^stack\/Own: azurerm takes no local_auth.*'~> 5\.0'/),
    ]);
  });

  test('are not told of where all versions take them, or when it was acknowledged', () => {
    const four = own('~> 4.55');
    four.write();
    expect(warnings(four.stack)).toEqual([]);
    const five = own('5.2.0');
    acknowledgeWarning(five.insights, 'azurerm-argument');
    five.write();
    expect(warnings(five.stack)).toEqual([]);
  });
});

test('a constraint on both sides of 5.0 is told of where one spelling does not do, with what to write', () => {
  const stack = newStack();
  maximalPush(stack);
  pinned(stack, '>= 4.55');
  expect(warnings(stack)).toEqual([
    expect.stringMatching(
      /^stack: azurerm takes a constraint on one side of 5\.0, got '>= 4\.55'.*local_authentication_enabled of stack\/Push\/Relay\/Insights is refused before 4\.78\.0; give stack\.addOverride\('terraform\.required_providers\.azurerm\.version', '>= 5\.0\.0, < 6\.0\.0'\), or '>= 4\.55\.0, < 5\.0\.0' \[ack: cdktf-acs-push:azurerm-version\]$/,
    ),
  ]);
});

test.each(['>= 4.78', '>= 4.55, < 6, >= 4.79.0'])(
  '%s is no mistake: every version that it allows knows the name',
  (azurerm) => {
    const stack = newStack();
    maximalPush(stack);
    pinned(stack, azurerm);
    expect(warnings(stack)).toEqual([]);
  },
);

describe('the table of differences', () => {
  const parsed = (version: string) => version.split('.').map(Number) as unknown as Version;

  /** The part of a schema that a name leads to, through blocks. */
  const at = (block: BlockSchema | undefined, path: readonly string[]): object | undefined => {
    const [name, ...rest] = path as [string, ...string[]];
    return rest.length === 0
      ? (block?.attributes?.[name] ?? block?.block_types?.[name])
      : at(block?.block_types?.[name]?.block, rest);
  };

  const blockOf = (version: (typeof AZURERM_SCHEMAS)[number], type: string) => {
    const schema = loadSchema(`azurerm-${version}`);
    return (type === 'azurerm' ? schema.provider : schema.resources[type])?.block;
  };

  test('says what the schemas say', () => {
    for (const { type, argument, values, refusedFrom, successor } of AZURERM_DIFFERENCES) {
      for (const version of AZURERM_SCHEMAS) {
        const block = blockOf(version, type);
        if (!block || values) continue;
        const from = (first: Version) => allows(readConstraint(`>= ${first.join('.')}`), parsed(version));
        const has = (name: string) => at(block, name.split('.')) !== undefined;
        const told = { type, argument, version };
        expect({ ...told, known: has(argument) }).toEqual({ ...told, known: !from(refusedFrom) });
        if (successor) {
          expect({ ...told, successor: has(successor.argument) }).toEqual({
            ...told,
            successor: from(successor.from),
          });
        }
      }
    }
  });

  test('holds every argument that 5.2 has no more', () => {
    const arguments_ = (block: BlockSchema, before = ''): string[] => [
      ...Object.entries(block.attributes ?? {}).flatMap(([name, { required, optional }]) =>
        required || optional ? [before + name] : [],
      ),
      ...Object.entries(block.block_types ?? {}).flatMap(([name, nested]) => [
        before + name,
        ...arguments_(nested.block, `${before}${name}.`),
      ]),
    ];
    const types = ['azurerm', ...Object.keys(loadSchema('azurerm-4.55.0').resources)];
    const missing = types.flatMap((type) => {
      const newest = blockOf('5.2.0', type)!;
      const gone = arguments_(blockOf('4.55.0', type)!).filter((name) => !at(newest, name.split('.')));
      const told = AZURERM_DIFFERENCES.filter((difference) => difference.type === type);
      return gone
        .filter((name) => !told.some(({ argument }) => name === argument || name.startsWith(`${argument}.`)))
        .map((name) => `${type}.${name}`);
    });
    expect(missing).toEqual([]);
  });
});
