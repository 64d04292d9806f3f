import { credentialFrom, subscriptionOf } from '../link';
import { connect, type Connection } from '../relay/operations';
import type { Io } from './io';

/**
 * The way to a relay's hub, storage and function, signed in as whoever runs the command.
 * @param resourceId one of its resources
 * @throws AzureError
 */
export function connectToRelay(io: Io, resourceId: string): Connection {
  const credential = credentialFrom(io.environment, { subscriptionId: subscriptionOf(resourceId) });
  const tokens = {
    async token(resource: string): Promise<string> {
      const scope = `${resource.replace(/\/+$/, '')}/.default`;
      return (await credential.getToken(scope, { abortSignal: io.signal })).token;
    },
  };
  return connect(tokens, { environment: io.environment });
}
