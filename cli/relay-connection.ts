import type { TokenCredential } from '@azure/core-auth';
import { credentialFrom, subscriptionOf } from '../link';
import { connect, type Connection } from '../relay/operations';
import type { Io } from './io';

/**
 * The way to a relay's hub, storage and function, signed in as whoever runs the command.
 * @param resourceId one of its resources, if any is known
 * @throws AzureError
 */
export function connectToRelay(io: Io, resourceId?: string): Connection {
  const credential = credentialFrom(
    io.environment,
    resourceId === undefined ? {} : { subscriptionId: subscriptionOf(resourceId) },
  );
  const ofRun: TokenCredential = {
    getToken: (scopes) => credential.getToken(scopes, { abortSignal: io.signal }),
  };
  return connect(ofRun, { environment: io.environment });
}
