import { TerraformOutput, TerraformStack, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { outputName, OUTPUTS_PREFIX, type StackOutput } from '../../link/stack-outputs';
import type {
  ICommunicationService,
  INotificationHubLink,
} from '../communication/communication-service-interface';
import { mistake } from '../core/mistakes';
import type { CommunicationEvents } from '../event-grid/communication-events';
import type { HubPlatforms, INotificationHub } from '../notification-hubs/notification-hub-interface';
import type { PushRelay } from '../relay/push-relay';
import { relayOptions, type PushNotificationsProps, type PushOutputsOptions } from './props';

/** The parts that are given out. */
export interface PushParts extends Construct {
  readonly communicationService: ICommunicationService;
  readonly callingHub: INotificationHub;
  readonly link: INotificationHubLink;
  readonly relayHub?: INotificationHub;
  readonly voipHub?: INotificationHub;
  readonly relay?: PushRelay;
  readonly events?: CommunicationEvents;
}

type Values = { readonly [output in StackOutput]: string | object | undefined };

/** Gives out ids and names of the parts, nothing secret. */
export function addOutputs(push: PushParts, props: PushNotificationsProps): void {
  const { outputs: options = {} } = props;
  if (options === false) return;
  const prefix = prefixOf(push, options);
  const outputs = Object.entries(valuesOf(push, props)).flatMap(([output, value]) => {
    if (value === undefined) return [];
    const name = outputName(output as StackOutput, prefix);
    return [new TerraformOutput(push, name, { value, staticId: true })];
  });
  // Whoever has the same name may be made later.
  push.node.addValidation({ validate: () => clashesOf(push, outputs) });
}

function prefixOf(push: PushParts, { prefix }: PushOutputsOptions): string | undefined {
  if (prefix === undefined) return undefined;
  const got = Token.isUnresolved(prefix) ? 'one that is known only when deployed' : `'${String(prefix)}'`;
  if (!Token.isUnresolved(prefix) && OUTPUTS_PREFIX.test(prefix)) return prefix;
  mistake(
    push,
    `outputs.prefix takes letters, digits and underscores, a letter first, got ${got}: write for example { prefix: 'calls' }`,
  );
  return undefined;
}

function valuesOf(push: PushParts, { events }: PushNotificationsProps): Values {
  const { relay, link } = push;
  const [, voipPolicy] = relay?.sendPolicies ?? [];
  const [audience] = [relayOptions(events).devicesApi?.audience].flat() as unknown[];
  return {
    communicationServiceId: push.communicationService.communicationServiceId,
    callingHubId: push.callingHub.notificationHubId,
    callingPolicyId: link.policy.policyId,
    callingPolicyKey: link.key,
    callingPlatforms: provable(push.callingHub),
    relayHubId: push.relayHub?.notificationHubId,
    relayPolicyId: relay?.sendPolicyId,
    relayPlatforms: provable(push.relayHub),
    voipHubId: push.voipHub?.notificationHubId,
    voipPolicyId: voipPolicy?.policyId,
    voipPlatforms: provable(push.voipHub),
    relayDevicesPolicyId: relay?.devicesPolicyIds[0],
    voipDevicesPolicyId: relay?.devicesPolicyIds[1],
    relayStorageAccount: relay?.storage.storageAccountName,
    eventGridStorageAccount: eventGridStorageOf(push),
    relayDeadLetterContainer: relay?.deadLetterContainerName,
    functionAppId: relay?.functionAppId,
    functionAppHost: relay?.defaultHostname,
    devicesAppId: relay?.devicesApp?.functionApp.id,
    devicesApiUrl: relay?.devicesApiUrl,
    devicesApiAudience: typeof audience === 'string' ? audience : undefined,
  };
}

/** Where Event Grid's dead letters go, when that is another account than the relay's. */
function eventGridStorageOf({ events, relay }: PushParts): string | undefined {
  const storage = events?.deadLetterStorage;
  return storage === relay?.storage ? undefined : storage?.storageAccountName;
}

/** The push services of a hub that `acs-push verify` can prove: all but those of browsers. */
function provable(hub: INotificationHub | undefined): Omit<HubPlatforms, 'browser'> | undefined {
  if (!hub?.platforms) return undefined;
  const { browser: _, ...platforms } = hub.platforms;
  return platforms;
}

/** Two outputs of one name would be one in what is synthesized, and one of the two silently lost. */
function clashesOf(push: PushParts, own: readonly TerraformOutput[]): string[] {
  const names = new Set(own.map(({ friendlyUniqueId }) => friendlyUniqueId));
  const clashes = TerraformStack.of(push)
    .node.findAll()
    .filter((node): node is TerraformOutput => TerraformOutput.isTerraformOutput(node) && !own.includes(node))
    .filter(({ friendlyUniqueId }) => names.has(friendlyUniqueId));
  const [first, ...others] = clashes;
  if (!first) return [];
  const taken = others.length > 0 ? ` and ${others.length} more are` : ' is';
  return [
    `outputs: the name '${first.friendlyUniqueId}'${taken} taken by ${first.node.path}: give this PushNotifications ` +
      "names of its own, such as outputs: { prefix: 'calls' }, or none by outputs: false",
  ];
}
