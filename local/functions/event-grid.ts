/**
 * What the Event Grid extension of Functions does with a request to its webhook, apart from running functions.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-grid-trigger
 */
export type EventGridRequest =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
    }
  | { readonly kind: 'events'; readonly events: readonly unknown[] };

export function readEventGridRequest(
  method: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer,
): EventGridRequest {
  if (method === 'OPTIONS') {
    // The CloudEvents handshake: abuse protection of HTTP webhooks.
    const origin = headers['webhook-request-origin'];
    return { kind: 'answer', status: 200, headers: { 'webhook-allowed-origin': String(origin ?? '*') } };
  }
  if (method !== 'POST') return { kind: 'answer', status: 405 };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    return { kind: 'answer', status: 400, body: { error: 'the request body is not JSON' } };
  }
  const events = Array.isArray(parsed) ? parsed : [parsed];
  if (String(headers['aeg-event-type']).toLowerCase() === 'subscriptionvalidation') {
    const code = (events[0] as { data?: { validationCode?: unknown } } | undefined)?.data?.validationCode;
    if (typeof code !== 'string')
      return { kind: 'answer', status: 400, body: { error: 'no data.validationCode' } };
    return { kind: 'answer', status: 200, body: { validationResponse: code } };
  }
  return { kind: 'events', events };
}
