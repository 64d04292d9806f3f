import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { PushNotifications, WebhookDestination, type PushNotificationsProps } from '../../../../constructs';
import {
  apnsCredential,
  browserCredential,
  fcmCredential,
  GROUP,
  voipCredential,
} from '../../../support/samples';
import { newStack, synth } from '../../../support/synth';

/**
 * Name in Azure by Terraform type and logical id; null where the resource has no name of its own, or keeps the one that
 * it has in state.
 */
export type Names = Record<string, Record<string, string | null>>;

const devicesApi = { audience: 'api://contoso-devices', tenantId: '00000000-0000-0000-0000-000000000003' };

/** Stacks that between them have everything that `PushNotifications` makes. */
export const RELEASED_STACKS = {
  minimal: () => ({}),
  callsAlone: () => ({ events: false }),
  webhook: () => ({
    events: new WebhookDestination({ url: 'https://hooks.example.com/acs' }),
    monitoring: { emails: ['oncall@example.com'] },
  }),
  devicesApiInRelay: (stack) => ({
    voipApns: voipCredential(stack),
    events: { devicesApi: { ...devicesApi, separateApp: false } },
  }),
  maximal: (stack) => ({
    fcm: fcmCredential(stack),
    browser: browserCredential(stack),
    linkedApns: voipCredential(stack),
    voipApns: voipCredential(stack),
    events: { devicesApi, dailyLogCapGb: 5, optionalEvents: ['AdvancedMessageReceived'] },
    monitoring: {
      emails: ['oncall@example.com'],
      alerts: { silence: true },
      communicationLogs: ['CallSummary'],
    },
  }),
} satisfies Record<string, (stack: TerraformStack) => Partial<PushNotificationsProps>>;

export type ReleasedStack = keyof typeof RELEASED_STACKS;

/** Push notifications of one of these stacks, at any place of it. */
export function pushNotificationsOf(
  which: ReleasedStack,
  scope: Construct,
  id: string,
  over: Partial<PushNotificationsProps> = {},
): PushNotifications {
  const stack = TerraformStack.of(scope);
  return new PushNotifications(scope, id, {
    resourceGroup: GROUP,
    name: 'contoso',
    uniqueSuffix: 'x7k2p9',
    dataLocation: 'Europe',
    apns: apnsCredential(stack),
    ...RELEASED_STACKS[which](stack),
    ...over,
  });
}

/** The names of each stack, as this version makes them. */
export function namesNow(): Record<string, Names> {
  return Object.fromEntries(
    Object.keys(RELEASED_STACKS).map((name) => {
      const stack = newStack();
      pushNotificationsOf(name as ReleasedStack, stack, 'Push');
      return [name, namesOf(synth(stack).json.resource)];
    }),
  );
}

interface Named {
  readonly name?: string;
  readonly lifecycle?: { readonly ignore_changes?: readonly string[] };
}

function namesOf(resources: Record<string, Record<string, Named>>): Names {
  return mapValues(resources, (byId) =>
    mapValues(byId, ({ name = null, lifecycle }) =>
      lifecycle?.ignore_changes?.includes('name') ? null : name,
    ),
  );
}

function mapValues<V, R>(record: Record<string, V>, map: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
