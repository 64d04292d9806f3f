import type { Assumption } from '../assumption';

const STANDARD =
  'needs a Standard namespace, which is billed by the month (docs/costs.md); a Free one has no telemetry';

/** What a Standard namespace tells of a message. */
export const hubTelemetry: readonly Assumption[] = [
  {
    id: 'telemetry-right',
    behaviour: 'The telemetry of a message needs Manage',
    doubt:
      "no page names the right: the page of rights gives Send to sends, Listen to single registrations, Manage to hubs and registrations by tag; Microsoft's samples use a policy with all three. The strictest is played; `telemetryRights` plays the others",
    call: '`GET https://{namespace}.servicebus.windows.net/{hub}/messages/{id}?api-version=2016-07` signed by a policy with Send alone, with Listen alone and with all three: status of each',
    kit: { unsettled: STANDARD },
  },
  {
    id: 'telemetry-of-direct-sends',
    behaviour: 'Telemetry of a Direct Send is there within seconds',
    doubt:
      'no page excludes or promises it; Microsoft\'s JavaScript sample sends directly and asks ten times, a second apart, taking 404 for "not yet". The page on telemetry says that 404 may last up to 30 minutes, and azure-notificationhubs-dotnet#299 (open) tells of messages that never got any',
    call: '`POST https://{namespace}.servicebus.windows.net/{hub}/messages/?direct&api-version=2020-06`, then GET of its `Location` with `api-version=2016-07` every second: for how long is it 404?',
    kit: { unsettled: STANDARD },
  },
  {
    id: 'telemetry-names',
    behaviour:
      'FCM v1 in telemetry is `FcmV1OutcomeCounts`, its platform `fcmv1`, those of browsers `BrowserOutcomeCounts` and `browser`',
    doubt: "the page's lists end before both; the names of the counts are those that the SDK reads",
    call: '`GET https://{namespace}.servicebus.windows.net/{hub}/messages/{id}?api-version=2016-07` of a Direct Send to FCM v1, and of one to a browser: the names of the elements',
    kit: { unsettled: STANDARD },
  },
  {
    id: 'telemetry-outcomes',
    behaviour:
      'A bad handle is `BadChannel` in telemetry, an expired one `ExpiredChannel`, a payload that FCM refuses `UnknownError`, a push service out of reach `PnsUnreachable`',
    doubt:
      "the page lists the names, also `WrongToken` for a handle that is none, and not which answer of APNs or FCM comes to which. FCM's `NotFound` was once seen to count as nothing at all (azure-sdk-for-java#26534)",
    call: '`GET https://{namespace}.servicebus.windows.net/{hub}/messages/{id}?api-version=2016-07` of a push to a made-up handle, and of one to an app that was removed from its phone: `Outcome` of each',
    kit: { unsettled: `${STANDARD}, and credentials that Apple or Google gave out` },
  },
];
