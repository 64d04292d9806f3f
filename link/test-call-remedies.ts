import type { AzureError } from './azure-error';
import { NEEDED_ROLES } from './roles';
import type { HubRole } from './test-call-counts';

export const NOBODY_REMEDY =
  'open the app on the device, signed in as this user, so that it registers again, then call again: a registration ' +
  'ends after 24 hours unless the app asks for longer, a Teams user’s always (docs/devices.md)';

/** What to do about each outcome, by the last part of the metric's name. */
const BY_OUTCOME: Readonly<Record<string, string>> = {
  invalidcredentials:
    "the push service does not take the hub's credential: replace the key that was revoked or belongs to another team or project, and deploy",
  wrongchannel:
    "the device belongs to another Firebase project than the hub's credential: build the app with the google-services.json of that project",
  badchannel:
    "no such device for this app: a sandbox build on a hub for production or the reverse, another bundle id than the hub's topic, or another Firebase project; " +
    'build the app for what the hub sends to, then let it register again',
  expiredchannel: 'the app was removed from the device, or its push token has changed: let it register again',
  invalidnotificationsize: 'the push is too large for the push service: shorten the caller’s name',
  invalidnotificationformat:
    'FCM cannot read what was sent: a relay’s templates are held against it by its tests',
  throttled: 'the push service was asked too often: call again later',
  pnserror:
    'the push service failed or was not reached; the hub goes on trying for half an hour: call again later',
};

/** The remedy of the gravest outcome. */
export function outcomeRemedy(metrics: readonly string[]): string {
  const outcomes = metrics.map((metric) => metric.split('.').pop() ?? '');
  const gravest = Object.keys(BY_OUTCOME).find((outcome) => outcomes.includes(outcome));
  return BY_OUTCOME[gravest ?? ''] ?? `look up ${metrics.join(', ')} in Azure Monitor's table of hub metrics`;
}

export function hubRefusedRemedy(role: HubRole): string {
  return role === 'linked'
    ? "the connection string that Communication Services holds opens the hub no more: link again by a deploy of its stack; 'acs-push verify' says what happened to it"
    : "the relay's own key opens the hub no more: deploy, and look into the relay's log";
}

export function unreadRemedy(error: AzureError): string | undefined {
  if (error.kind !== 'forbidden') return undefined;
  const { role, operation } = NEEDED_ROLES.metrics;
  return `give the signed-in principal the role '${role}' on the hub, or a role with ${operation}`;
}

/** Which role lets a principal place calls is documented nowhere; these two were reported to. */
const CALLING_ROLES =
  "give the signed-in principal the role 'Contributor' or 'Communication and Email Service Owner' on the Communication Services resource, and wait some minutes";

/** What to do about a call that Call Automation refused, by its subcodes (troubleshooting codes of its SDK). */
export function refusedCallRemedy(error: AzureError): string | undefined {
  const { code, status } = error.details;
  // A gateway in front of the service answers 401 Denied to a principal without a role.
  if (code === 'Denied') return CALLING_ROLES;
  switch (code) {
    case '7602':
    case '7603':
      return "a resource calls users of its own: the raw id begins with 8:acs: and the resource's immutableResourceId";
    case '7604':
      return 'the Teams tenant has to allow this resource first: Set-CsTeamsAcsFederationConfiguration, by a Teams administrator';
    case '8523':
      return 'look at what was asked for: the user, the address given by --callback (public, https), the number given by --caller-id (one of the resource)';
  }
  if (error.kind === 'forbidden') return CALLING_ROLES;
  if (status === 401) return 'the sign-in is for another tenant, or has ended: sign in again';
  if (error.transient) return 'call again later, or look after the network between here and Azure';
  return undefined;
}
