import type { ShownPush } from '../model';

/** A push as a phone or a browser would take it. */
export type ReadPush =
  | {
      /** `call` rings, `notice` is shown, `call-ended` and `withdrawn` take the place of what is shown. */
      readonly form: 'call' | 'notice' | 'call-ended' | 'withdrawn';
      readonly title: string;
      readonly body: string;
      /** Shown without a sound. */
      readonly quiet: boolean;
      /** What it is about, in the words of the event: `IncomingCall`. */
      readonly event?: string;
      /** A later push with the same key takes its place. */
      readonly key?: string;
      readonly caller?: string;
      readonly callee?: string;
    }
  /** For the app alone: nothing is shown. */
  | { readonly form: 'silent'; readonly event?: string; readonly key?: string; readonly withdraws: boolean }
  /** Nobody here knows what an app would make of it. */
  | { readonly form: 'unknown' };

type Fields = Readonly<Record<string, unknown>>;

/** Reads what Communication Services and the relay send, and anything else as far as it is a push like theirs. */
export function readPush({ service, headers, payload }: ShownPush): ReadPush {
  const whole = fieldsOf(payload);
  if (service === 'browser') return browserPush(whole);
  return service === 'apns' ? applePush(whole, headers) : androidPush(fieldsOf(whole.message ?? whole));
}

function applePush(payload: Fields, headers: Readonly<Record<string, string>>): ReadPush {
  const aps = fieldsOf(payload.aps);
  const data = fieldsOf(payload.acs);
  const alert = typeof aps.alert === 'string' ? { body: aps.alert } : fieldsOf(aps.alert);
  const common = {
    key: textOf(headers['apns-collapse-id']) ?? keyOf(data),
    ...about(data),
  };
  if (headers['apns-push-type'] === 'voip') {
    const form = ends(common.event) ? 'call-ended' : 'call';
    return { form, title: textOf(data.title) ?? '', body: textOf(data.body) ?? '', quiet: false, ...common };
  }
  const title = textOf(alert.title) ?? '';
  const body = textOf(alert.body) ?? '';
  if (title !== '' || body !== '') {
    return { ...shown(common.event), title, body, quiet: aps['interruption-level'] === 'passive', ...common };
  }
  if (aps['content-available'] === 1) return silent(common);
  return { form: 'unknown' };
}

function androidPush(message: Fields): ReadPush {
  const data = fieldsOf(message.data);
  const notification = fieldsOf(message.notification);
  const android = fieldsOf(message.android);
  const common = {
    key: textOf(fieldsOf(android.notification).tag) ?? textOf(android.collapse_key) ?? keyOf(data),
    ...about(data),
  };
  const title = textOf(notification.title) ?? textOf(data.title) ?? '';
  const body = textOf(notification.body) ?? textOf(data.body) ?? '';
  if (title !== '' || body !== '') {
    return { ...shown(common.event), title, body, quiet: data.silent === '1', ...common };
  }
  return Object.keys(data).length > 0 ? silent(common) : { form: 'unknown' };
}

function browserPush(payload: Fields): ReadPush {
  const data = fieldsOf(payload.data);
  const title = textOf(payload.title) ?? '';
  const body = textOf(payload.body) ?? '';
  if (title === '' && body === '') return { form: 'unknown' };
  const common = { key: textOf(payload.tag) ?? keyOf(data), ...about(data) };
  const form =
    payload.withdraw === true
      ? ends(common.event)
        ? 'call-ended'
        : 'withdrawn'
      : payload.ring === true
        ? 'call'
        : shown(common.event).form;
  return { form, title, body, quiet: payload.silent === true, ...common };
}

/** By its event: what Communication Services sends itself names it `kind`. */
function about(data: Fields) {
  const event = textOf(data.event) ?? textOf(data.kind);
  return {
    event: event && event[0]!.toUpperCase() + event.slice(1),
    caller: textOf(data.callerId) ?? textOf(data.caller),
    callee: textOf(data.calleeId) ?? textOf(data.recipientId),
  };
}

function shown(event: string | undefined): { form: 'call' | 'notice' | 'call-ended' | 'withdrawn' } {
  if (event === 'IncomingCall') return { form: 'call' };
  if (ends(event)) return { form: 'call-ended' };
  return { form: event === 'ChatMessageDeleted' ? 'withdrawn' : 'notice' };
}

function silent({ event, key }: { event?: string; key?: string }): ReadPush {
  return { form: 'silent', event, key, withdraws: /(Deleted|Withdrawn|Ended)$/.test(event ?? '') };
}

function ends(event: string | undefined): boolean {
  return event === 'RingEnded' || event === 'CallEnded' || event === 'StopRinging';
}

/** Under which the relay's apps show it; what Communication Services sends is of one message, or one call. */
function keyOf(data: Fields): string | undefined {
  return textOf(data.notificationId) ?? textOf(data.messageId) ?? textOf(data.callId);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
