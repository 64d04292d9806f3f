import type { RelayEvent } from '../envelope';
import { maybeText, shape, text } from '../schema';
import { collapseId, MESSAGE_MS, type Decision } from './decision';
import { e164 } from './phone-number';

/** https://learn.microsoft.com/azure/event-grid/communication-services-telephony-sms-events */
const sms = shape({
  messageId: text('messageId'),
  /** Empty when the sender is withheld. */
  from: maybeText('from'),
  to: text('to'),
  message: maybeText('message'),
});

/**
 * `SMSReceived`: tells whoever registered for the number that it came to. A number's raw id is `4:` and the number
 * in E.164.
 */
export function smsReceived(event: RelayEvent): Decision {
  const { messageId, from = '', to, message = '' } = sms(event.data);
  const id = collapseId('sms', messageId);
  return {
    notifications: [
      {
        recipient: `4:${e164(to)}`,
        kind: 'message',
        template: 'sms-received',
        parameters: { from: e164(from), text: message },
        expiresAt: event.time + MESSAGE_MS,
        collapseId: id,
        threadId: `sms:${e164(from)}`,
        // FCM refuses `from` as a key of data.
        data: { event: 'SMSReceived', messageId, sender: e164(from), notificationId: id },
      },
    ],
  };
}
