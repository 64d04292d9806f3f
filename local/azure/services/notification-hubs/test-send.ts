import type { PushOutcome } from '../../../push-services/push-services';
import { escapeXml } from '../../core/xml';

/** Where one push of a test send went, and what came of it. */
export interface TestedPush {
  readonly handle: string;
  readonly registrationId: string;
  readonly outcome: PushOutcome;
}

const OUTCOME_TEXT: Readonly<Partial<Record<PushOutcome, string>>> = {
  success: 'The Notification was successfully sent to the Push Notification System',
  badchannel: 'The Push Notification System handle for the registration is invalid',
  expiredchannel: 'The Push Notification System handle for the registration has expired',
  invalidcredentials: 'The credentials of the hub were refused by the Push Notification System',
};

/** The NotificationOutcome document that a test send answers with. */
export function testOutcome(format: string, outcomes: readonly TestedPush[]): string {
  const success = outcomes.filter(({ outcome }) => outcome === 'success').length;
  const results = outcomes
    .map(
      ({ handle, registrationId, outcome }) =>
        `<RegistrationResult><ApplicationPlatform>${format}</ApplicationPlatform>` +
        `<PnsHandle>${escapeXml(handle)}</PnsHandle>` +
        `<RegistrationId>${escapeXml(registrationId)}</RegistrationId>` +
        `<Outcome>${escapeXml(OUTCOME_TEXT[outcome] ?? outcome)}</Outcome></RegistrationResult>`,
    )
    .join('');
  return (
    '<NotificationOutcome xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect">' +
    `<Success>${success}</Success><Failure>${outcomes.length - success}</Failure>` +
    `<Results>${results}</Results></NotificationOutcome>`
  );
}
