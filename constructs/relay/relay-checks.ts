import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { OPTIONAL_EVENTS, type OptionalEvent, RELAY_EVENT_TYPES, STORAGE_SHARDS } from '../../relay/contract';
import { checkPartOptions } from '../resource-options';
import { checkPrivateNetworking } from '../network/private-networking';
import { noteKind, soundKinds } from '../core/kinds';
import { mistake, throwMistakes } from '../core/mistakes';
import { COMMUNICATION_SERVICE, NOTIFICATION_HUB } from '../core/part-kinds';
import { referenceOf } from '../core/reference';
import { checkOneOf, checkWholeNumber, isKnown, isOptions, shown, soundResourceGroup } from '../core/checks';
import { Naming } from '../core/naming';
import { checkTags } from '../core/tags';
import { PackageUriPublisher } from '../publishing/code-publisher';
import { checkAppSettings } from './app-setting-checks';
import { checkDevicesApi, soundDevicesApi } from './devices-api';
import { checkParts } from './function-app-parts';
import { checkAlwaysReady, checkScale } from './function-app-scale';
import { RELAY_PROPS } from './relay-kinds';
import type { PushRelayProps, RelayPart } from './push-relay-props';

/** A definition may belong to a subscription, a group or a tenant. */
const ROLE_DEFINITION_ID =
  /^(\/subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?)?\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f-]{36}$/i;

/** Notes what a relay cannot be made of. */
export function checkRelay(scope: Construct, props: PushRelayProps): void {
  checkKnown(scope, props);
  checkHubs(scope, props);
  checkParts(scope, props);
  checkIdentities(scope, props);
  checkScale(scope, props);
  checkOptionalEvents(scope, props);
  checkNumbers(scope, props);
  checkFunctionsReady(scope, props);
  checkOneOf(scope, 'messageText', props.messageText, ['include', 'omit']);
  checkOneOf(scope, 'androidMessages', props.androidMessages, ['data', 'notification']);
  checkPackage(scope, props);
  checkAppSettings(scope, props.appSettings);
  checkTags(scope, props.tags);
  if (props.devicesApi !== undefined) checkDevicesApi(scope, props.devicesApi);
  if (props.privateNetworking) checkPrivateNetworking(scope, props.privateNetworking, props.devicesApi);
  checkPartOptions(scope, props.resourceOptions, partsOf(props));
}

/** Which parts a relay makes. */
function partsOf(props: PushRelayProps): Record<RelayPart, boolean> {
  const { devicesApi, logAnalyticsWorkspaceId, applicationInsights } = props;
  const devices = devicesApi?.separateApp === false ? undefined : devicesApi;
  return {
    functionApp: true,
    servicePlan: props.servicePlanId === undefined,
    identity: props.identity === undefined,
    storage: props.storage === undefined,
    logAnalyticsWorkspace: logAnalyticsWorkspaceId === undefined && applicationInsights === undefined,
    applicationInsights: applicationInsights === undefined,
    devicesFunctionApp: devices !== undefined,
    devicesServicePlan: devices !== undefined && devices.servicePlanId === undefined,
    devicesIdentity: devices !== undefined && devices.identity === undefined,
    devicesStorage: devices !== undefined && devices.storage === undefined,
  };
}

/** What is read, or decided by, when the stack is synthesized. */
function checkKnown(scope: Construct, { templates, packagePath, optionalEvents }: PushRelayProps): void {
  for (const [prop, value] of Object.entries({ templates, packagePath, optionalEvents })) {
    if (![value].flat().some((each) => Token.isUnresolved(each))) continue;
    mistake(
      scope,
      `${prop} is read when the stack is synthesized, got a value known only when deployed: give it as a literal`,
    );
  }
}

/** Props with what lets the rest be looked at in place of what is missing. */
export function soundRelayProps(scope: Construct, given: PushRelayProps): PushRelayProps {
  const whole = isOptions(given) ? given : ({} as PushRelayProps);
  const { naming: _, ...others } = RELAY_PROPS;
  const props = soundKinds(scope, whole, others);
  const resourceGroup = soundResourceGroup(scope, props.resourceGroup);
  const { naming, hub, communicationService } = props;
  const named = typeof naming?.name === 'function';
  if (!named) {
    mistake(scope, `naming takes what makes the names, new Naming('myapp', 'x7k2p9'), got ${shown(naming)}`);
  }
  const isHub = noteKind(scope, 'hub', hub, {
    ...NOTIFICATION_HUB,
    takes: "a notification hub of the relay's own",
  });
  const isService = noteKind(scope, 'communicationService', communicationService, {
    ...COMMUNICATION_SERVICE,
    takes: 'a Communication Services resource',
  });
  if (!isHub || !isService) throwMistakes(scope);
  return {
    ...props,
    resourceGroup,
    naming: named ? naming : new Naming('none', 'none'),
    devicesApi: soundDevicesApi(scope, props.devicesApi),
  };
}

function checkHubs(scope: Construct, { hub, voipHub }: PushRelayProps): void {
  if (hub.apnsTopic === 'voip') {
    mistake(
      scope,
      `hub is for alert pushes and takes the bundle id itself as APNs topic, got a hub for '.voip': give it as voipHub`,
    );
  }
  if (voipHub?.apnsTopic === 'alert') {
    mistake(
      scope,
      `voipHub takes a hub whose ApnsTokenCredential has topic 'voip' and a bundle id ending in '.voip', got one for alert pushes`,
    );
  }
}

/** An identity for both could send with what callers of the API come by. */
function checkIdentities(scope: Construct, { identity, devicesApi }: PushRelayProps): void {
  if (!identity || !devicesApi?.identity || devicesApi.separateApp === false) return;
  if (referenceOf(scope, identity.id) !== referenceOf(scope, devicesApi.identity.id)) return;
  mistake(
    scope,
    `devicesApi.identity takes another identity than the relay's, since who registers devices has to be unable to send; ` +
      `got the same: give another, or leave one of them out`,
  );
}

function checkOptionalEvents(scope: Construct, { optionalEvents = [] }: PushRelayProps): void {
  if (!Array.isArray(optionalEvents)) {
    mistake(
      scope,
      `optionalEvents takes a list of ${OPTIONAL_EVENTS.join(', ')}; got ${shown(optionalEvents)}`,
    );
    return;
  }
  for (const event of optionalEvents as readonly OptionalEvent[]) {
    if (OPTIONAL_EVENTS.includes(event) || Token.isUnresolved(event)) continue;
    mistake(
      scope,
      `optionalEvents takes some of ${OPTIONAL_EVENTS.join(', ')}; got ${typeof event === 'string' ? event : shown(event)}`,
    );
  }
}

function checkNumbers(scope: Construct, props: PushRelayProps): void {
  const { storageShards, successLinesPercent, dailyLogCapGb: cap } = props;
  checkWholeNumber(scope, 'storageShards', storageShards, 1, STORAGE_SHARDS.most);
  checkWholeNumber(scope, 'successLinesPercent', successLinesPercent, 0, 100);
  if (isKnown(cap) && !(typeof cap === 'number' && cap > 0)) {
    mistake(
      scope,
      `dailyLogCapGb takes gigabytes, a number above 0, got ${shown(cap)}; leave it out for no cap`,
    );
  }
}

/** Of what says what is published, one wins: the others are of no use. */
function checkPackage(
  scope: Construct,
  { publisher, packagePath, templates, keyRoleDefinitionId }: PushRelayProps,
): void {
  if (packagePath !== undefined && templates !== undefined) {
    mistake(
      scope,
      'templates go into the relay that this package carries: leave out templates, or packagePath',
    );
  }
  for (const [prop, value] of Object.entries({ packagePath, templates })) {
    if (value === undefined || !(publisher instanceof PackageUriPublisher)) continue;
    mistake(
      scope,
      `${prop} is of a package on this machine, and publisher takes one from a URL: leave out one of the two`,
    );
  }
  if (isKnown(keyRoleDefinitionId) && !ROLE_DEFINITION_ID.test(keyRoleDefinitionId)) {
    mistake(
      scope,
      `keyRoleDefinitionId takes the ARM id of a role definition (/subscriptions/…/providers/Microsoft.Authorization/roleDefinitions/{guid}), got ${shown(keyRoleDefinitionId)}`,
    );
  }
}

function checkFunctionsReady(scope: Construct, { alwaysReady = {} }: PushRelayProps): void {
  const functions = Object.keys(RELAY_EVENT_TYPES);
  for (const [name, count] of Object.entries(alwaysReady)) {
    if (!functions.includes(name)) {
      mistake(scope, `alwaysReady takes some of ${functions.join(', ')}; got ${name}`);
    }
    checkAlwaysReady(scope, `alwaysReady.${name}`, count);
  }
}
