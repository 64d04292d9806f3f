import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CertificateAuthority } from '../../local/azure/core/front/certificates';

export interface WebhookServer {
  readonly url: string;
  /** Events that were delivered, without the handshake. */
  readonly events: unknown[];
  close(): Promise<void>;
}

/**
 * Somebody's server, which takes Event Grid's events after its handshake.
 * @param certificates folder of the authority that local Azure trusts
 */
export async function startWebhookServer(certificates: string): Promise<WebhookServer> {
  const events: unknown[] = [];
  const server = createServer(
    await (await CertificateAuthority.open(certificates)).issue('localhost'),
    (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        const batch = JSON.parse(text) as { eventType: string; data: { validationCode?: string } }[];
        const { validationCode } = batch[0]?.data ?? {};
        if (validationCode === undefined) events.push(...batch);
        response.setHeader('Content-Type', 'application/json');
        response.end(
          JSON.stringify(validationCode === undefined ? {} : { validationResponse: validationCode }),
        );
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/acs`,
    events,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
