import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { OPTIONAL_EVENTS, RELAY_EVENT_TYPES, STORAGE_SHARDS } from '../../relay/contract';
import { fail } from '../core/errors';
import { checkPartOptions } from '../resource-options';
import { checkPrivateNetworking } from '../network/private-networking';
import { mistakesOf } from '../core/mistakes';
import { checkDevicesApi } from './devices-api';
import { checkAlwaysReady, checkScale } from './function-app-scale';
import type { PushRelayProps, RelayPart } from './push-relay-props';

/** @throws PushConstructError on what a relay cannot be made of */
export function checkRelay(scope: Construct, props: PushRelayProps): void {
  mistakesOf(scope, props.naming);
  checkHubs(scope, props);
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

function checkOptionalEvents(scope: Construct, { optionalEvents = [] }: PushRelayProps): void {
  for (const event of optionalEvents) {
    if (OPTIONAL_EVENTS.includes(event)) continue;
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
