import type { LocalServiceFactory } from '../../azure';
import type { LocalRequest, LocalResponse } from '../../azure/core/http';

const HOST = 'hook.example';

/** An endpoint that Event Grid and Call Automation may deliver to, as a service beside those of local Azure. */
export class Webhook {
  readonly url = `https://${HOST}/hook`;
  private readonly bodies: string[] = [];
  private arrived = () => {};

  readonly service: LocalServiceFactory = () => ({
    hostServices: [{ answersFor: (host) => host === HOST, handle: async (request) => this.answer(request) }],
  });

  /** Bodies of deliveries, the handshakes' left out, once there are as many. */
  async received(count: number): Promise<string[]> {
    while (this.bodies.length < count) await new Promise<void>((resolve) => (this.arrived = resolve));
    return this.bodies;
  }

  private answer({ method, headers, body }: LocalRequest): LocalResponse {
    // CloudEvents' handshake asks for leave in a header, Event Grid's sends an event.
    if (method === 'OPTIONS') return { status: 200, headers: { 'webhook-allowed-origin': '*' } };
    const text = body.toString();
    if (headers['aeg-event-type'] === 'SubscriptionValidation') {
      return { status: 200, body: { validationResponse: JSON.parse(text)[0].data.validationCode } };
    }
    this.bodies.push(text);
    this.arrived();
    return { status: 200 };
  }
}
