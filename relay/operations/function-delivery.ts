import { ARM } from '../arm';
import { TransientError } from '../errors';
import { bearer } from '../identity';
import { readJson } from '../json';
import type { Connection } from './connection';
import type { Deliver } from './dead-letter-box';

/** Version of Microsoft.Web that has the host's keys. */
const WEB_API_VERSION = '2023-12-01';

/**
 * Delivers events to the Event Grid webhook of a Function App's functions, as Event Grid does. Who uses it needs
 * `Microsoft.Web/sites/read` and `Microsoft.Web/sites/host/listkeys/action` on the app.
 *
 * @param siteId ARM id of the Function App
 * @throws TransientError when ARM does not give host name and key
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-grid-trigger
 */
export async function functionDelivery(siteId: string, connection: Connection): Promise<Deliver> {
  const ask = async (method: string, path: string) => {
    const response = await connection.transport.send({
      method,
      url: `${ARM}${siteId}${path}?api-version=${WEB_API_VERSION}`,
      headers: { authorization: await bearer(connection.credential, ARM) },
      body: method === 'POST' ? '' : undefined,
    });
    if (response.status !== 200) {
      throw new TransientError(`${method} ${siteId}${path} answered ${response.status}`);
    }
    return readJson(response.body);
  };
  const { defaultHostName } = (await ask('GET', ''))['properties'] as { defaultHostName?: string };
  const keys = (await ask('POST', '/host/default/listkeys'))['systemKeys'] as
    Record<string, string> | undefined;
  const key = keys?.['eventgrid_extension'];
  if (!defaultHostName || !key) {
    throw new TransientError(
      `${siteId} has no Event Grid function: system key eventgrid_extension is missing`,
    );
  }
  return async (functionName, event) => {
    const query = new URLSearchParams({ functionName, code: key });
    const response = await connection.transport.send({
      method: 'POST',
      url: `https://${defaultHostName}/runtime/webhooks/eventgrid?${query}`,
      headers: { 'content-type': 'application/json', 'aeg-event-type': 'Notification' },
      body: JSON.stringify([event]),
      timeoutMs: 30_000,
    });
    return response.status;
  };
}
