import { credentialFrom } from '../link';
import { connect, type Connection } from '../relay/operations';
import type { Io } from './io';

/** The way to a relay's hub, storage and function, signed in as whoever runs the command. */
export function connectToRelay(io: Io): Connection {
  const credential = credentialFrom(io.environment);
  const tokens = {
    async token(resource: string): Promise<string> {
      const answer = await credential.getToken(`${resource.replace(/\/+$/, '')}/.default`, {
        abortSignal: io.signal,
      });
      if (!answer)
        throw new Error(
          `no token for ${resource}: sign in with 'az login', or set AZURE_CLIENT_ID and its kin`,
        );
      return answer.token;
    },
  };
  return connect(tokens, { environment: io.environment });
}
