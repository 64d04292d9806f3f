import { filledText, options, list, number, part, text, type Kinds } from '../core/kinds';
import {
  APPLICATION_INSIGHTS,
  IDENTITY,
  LOCK,
  NOTIFICATION_HUB,
  PRIVATE_NETWORKING,
  partOptionsKind,
  STORAGE_ACCOUNT,
  TAGS,
} from '../core/part-kinds';
import { RELAY_PARTS, type PushRelayProps } from './push-relay-props';

/** Of a relay's own props, as they are given to `events` of PushNotifications too. */
export const RELAY_OPTIONS = {
  naming: part("what makes the names, new Naming('myapp', 'x7k2p9')", [], ['name']),
  location: filledText("a region such as 'westeurope'"),
  identity: IDENTITY,
  storage: STORAGE_ACCOUNT,
  servicePlanId: text('the ARM id of a plan'),
  applicationInsights: APPLICATION_INSIGHTS,
  logAnalyticsWorkspaceId: text('the ARM id of a workspace'),
  alwaysReady: options('numbers of instances by the names of functions'),
  optionalEvents: list('a list of names of events'),
  templates: text('the path of a folder'),
  packagePath: text("the path of a zip with the relay's code"),
  policyNames: options('names of rules: send, devices', { send: filledText(), devices: filledText() }),
  keyRoleDefinitionId: text('the ARM id of a role definition'),
  publisher: part('what publishes code, such as new ScmPublisher()', [], ['publish']),
  dailyLogCapGb: number('gigabytes, a number above 0'),
} as const satisfies Kinds<keyof PushRelayProps>;

/** Of what a relay has beside, where it is made by itself. */
export const RELAY_PROPS = {
  ...RELAY_OPTIONS,
  voipHub: NOTIFICATION_HUB,
  privateNetworking: PRIVATE_NETWORKING,
  tags: TAGS,
  lock: LOCK,
  resourceOptions: partOptionsKind(RELAY_PARTS),
  linkHealth: options('options: link and the others', {
    actionGroupIds: list('a list of ARM ids'),
    runbookUrl: filledText('an address'),
  }),
} as const satisfies Kinds<keyof PushRelayProps>;
