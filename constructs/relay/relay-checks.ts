import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { OPTIONAL_EVENTS, RELAY_EVENT_TYPES, STORAGE_SHARDS } from '../../relay/contract';
import { fail } from '../core/errors';
import { checkPartOptions } from '../resource-options';
import { checkPrivateNetworking } from '../network/private-networking';
import { mistake, mistakesOf } from '../core/mistakes';
import { referenceOf } from '../core/reference';
import { checkDevicesApi } from './devices-api';
import { checkParts } from './function-app-parts';
import { checkAlwaysReady, checkScale } from './function-app-scale';
import type { PushRelayProps, RelayPart } from './push-relay-props';

/** @throws PushConstructError on what a relay cannot be made of */
export function checkRelay(scope: Construct, props: PushRelayProps): void {
  mistakesOf(scope, props.naming);
  checkKnown(scope, props);
  checkHubs(scope, props);
  checkParts(scope, props);
  checkIdentities(scope, props);
  checkScale(scope, props);
  checkOptionalEvents(scope, props);
  checkNumbers(scope, props);
  checkFunctionsReady(scope, props);
  if (props.devicesApi) checkDevicesApi(scope, props.devicesApi);
  if (props.privateNetworking) checkPrivateNetworking(scope, props.privateNetworking, props.devicesApi);
  checkPartOptions(scope, props.resourceOptions, partsOf(props));
}

/** Which parts a relay makes. */
function partsOf({
  devicesApi,
  storage,
  logAnalyticsWorkspaceId,
}: PushRelayProps): Record<RelayPart, boolean> {
  const devices = devicesApi !== undefined && devicesApi.separateApp !== false;
  return {
    functionApp: true,
    servicePlan: true,
    identity: true,
    storage: storage === undefined,
    logAnalyticsWorkspace: logAnalyticsWorkspaceId === undefined,
    applicationInsights: true,
    devicesFunctionApp: devices,
    devicesServicePlan: devices,
    devicesIdentity: devices,
    devicesStorage: devices,
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

function checkHubs(scope: Construct, { hub, voipHub }: PushRelayProps): void {
  if (hub.apnsTopic === 'voip') {
    fail(
      scope,
      `hub is for alert pushes and takes the bundle id itself as APNs topic, got a hub for '.voip': give it as voipHub`,
    );
  }
  if (voipHub?.apnsTopic === 'alert') {
    fail(
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
  for (const event of optionalEvents) {
    if (OPTIONAL_EVENTS.includes(event) || Token.isUnresolved(event)) continue;
    fail(scope, `optionalEvents takes some of ${OPTIONAL_EVENTS.join(', ')}; got ${String(event)}`);
  }
}

function checkNumbers(scope: Construct, props: PushRelayProps): void {
  const { storageShards: shards, successLinesPercent: percent, dailyLogCapGb: cap } = props;
  if (isKnown(shards) && !isWhole(shards, 1, STORAGE_SHARDS.most)) {
    fail(scope, `storageShards takes a whole number from 1 to ${STORAGE_SHARDS.most}; got ${shards}`);
  }
  if (isKnown(percent) && !isWhole(percent, 0, 100)) {
    fail(scope, `successLinesPercent takes a whole number from 0 to 100, got ${percent}`);
  }
  if (isKnown(cap) && !(cap > 0)) {
    fail(scope, `dailyLogCapGb takes gigabytes, a number above 0, got ${cap}; leave it out for no cap`);
  }
}

function checkFunctionsReady(scope: Construct, { alwaysReady = {} }: PushRelayProps): void {
  const functions = Object.keys(RELAY_EVENT_TYPES);
  for (const [name, count] of Object.entries(alwaysReady)) {
    if (!functions.includes(name)) {
      fail(scope, `alwaysReady takes some of ${functions.join(', ')}; got ${name}`);
    }
    checkAlwaysReady(scope, `alwaysReady.${name}`, count);
  }
}

function isKnown(value: number | undefined): value is number {
  return value !== undefined && !Token.isUnresolved(value);
}

function isWhole(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}
