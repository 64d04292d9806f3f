import { hasRelay, isDestination, newHubs, type PushNotificationsProps } from './props';

/** Props that nothing would come of, because another one wins or the part they are of is not made: each with the remedy. */
export function ignoredProps(props: PushNotificationsProps): string[] {
  return [...ofTheRelay(props), ...ofEvents(props), ...ofWhatExists(props)];
}

function ofTheRelay(props: PushNotificationsProps): string[] {
  const { relayHub, voipApns, voipHub, browser, linkHealthAlert, privateNetworking } = props;
  const relay = hasRelay(props);
  const problems: string[] = [];
  if (!relay && (relayHub || voipApns || voipHub)) {
    problems.push(
      `relayHub, voipApns and voipHub are the relay's, and there is no relay here: leave them out, or leave out events`,
    );
  }
  if (browser && (!relay || relayHub)) {
    problems.push(
      `browser is the credential of the relay's new hub, and there is none here: leave it out, or leave out ${relay ? 'relayHub' : 'events'}`,
    );
  }
  if (!relay && linkHealthAlert) {
    problems.push(
      `linkHealthAlert is on what the relay reports, and there is no relay here: leave it out, or leave out events`,
    );
  }
  if (!relay && privateNetworking) {
    problems.push(
      `privateNetworking takes the relay's network, got no relay: leave it out, or leave out events; for a vault alone make a PrivateEndpoint`,
    );
  }
  return problems;
}

function ofEvents(props: PushNotificationsProps): string[] {
  const { events, deadLetter, systemTopic, deadLetterRetentionDays } = props;
  const problems: string[] = [];
  const nothingKept = events === false || (isDestination(events) && (deadLetter ?? systemTopic));
  if (nothingKept && deadLetterRetentionDays !== undefined) {
    problems.push(
      `deadLetterRetentionDays is of the dead letters in a storage account of this construct's, and there are none here: leave it out`,
    );
  }
  if (events !== false) return problems;
  for (const prop of ['systemTopic', 'deadLetter', 'calls', 'messages', 'recordings'] as const) {
    if (props[prop] === undefined) continue;
    problems.push(`${prop} is of the events, and events is false: leave out one of the two`);
  }
  return problems;
}

function ofWhatExists(props: PushNotificationsProps): string[] {
  const both = (prop: keyof PushNotificationsProps, is: string, given: keyof PushNotificationsProps) =>
    props[prop] === undefined || props[given] === undefined
      ? []
      : [`${prop} is ${is}, and one that exists is given: leave out ${prop}, or ${given}`];
  return [
    ...both('dataLocation', 'of a new Communication Services resource', 'communicationService'),
    ...both('linkedApns', 'the credential of a new linked hub', 'callingHub'),
    ...both('voipApns', 'the credential of a new VoIP hub', 'voipHub'),
    ...both('sku', 'the tier of a new namespace', 'namespace'),
    ...ofNewHubs(props),
  ];
}

/** Of hubs that are given all is known already. */
function ofNewHubs(props: PushNotificationsProps): string[] {
  const { calling, relay, voip } = newHubs(props);
  const takers = {
    apns: (calling && !props.linkedApns) || relay,
    fcm: calling || relay,
    namespace: calling || relay || voip,
    sku: calling || relay || voip,
  };
  return Object.entries(takers).flatMap(([prop, taken]) =>
    taken || props[prop as keyof typeof takers] === undefined
      ? []
      : [`${prop} is of new hubs, and none is made here that takes it: leave it out`],
  );
}
