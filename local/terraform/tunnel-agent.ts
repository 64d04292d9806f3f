import { request } from 'node:http';
import { Agent, type AgentOptions } from 'node:https';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';

/** Reading a hundred authorities takes longer than a handshake: each set of them is read once. */
const contexts = new Map<string, SecureContext>();

/**
 * An https agent whose connections go through a CONNECT proxy, with certificate authorities of its own. Connections
 * are kept open and used again, one pool for each host.
 */
export class TunnelAgent extends Agent {
  private readonly secureContext: SecureContext;

  constructor(
    private readonly proxy: URL,
    { ca, ...options }: AgentOptions,
  ) {
    super({ keepAlive: true, ...options });
    this.secureContext = contextOf(ca);
  }

  override createConnection(
    options: { host?: string; port?: number | string; servername?: string },
    callback?: (error: Error | null, socket: TLSSocket) => void,
  ): undefined {
    const authority = `${options.host}:${options.port ?? 443}`;
    const failed = (error: Error) => callback?.(error, undefined as never);
    const tunnel = request({
      host: this.proxy.hostname,
      port: this.proxy.port || 80,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority },
      agent: false,
    });
    tunnel.once('error', (error) =>
      failed(new Error(`proxy ${this.proxy.origin} cannot be reached: ${error.message}`)),
    );
    tunnel.once('connect', (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        failed(
          new Error(`proxy ${this.proxy.origin} refused ${authority} with status ${response.statusCode}`),
        );
        return;
      }
      const secure = connect({
        socket,
        servername: options.servername ?? options.host,
        secureContext: this.secureContext,
      });
      secure.once('error', failed);
      secure.once('secureConnect', () => {
        secure.off('error', failed);
        callback?.(null, secure);
      });
    });
    tunnel.end();
    return undefined;
  }
}

function contextOf(ca: AgentOptions['ca']): SecureContext {
  const key = String(ca);
  const known = contexts.get(key) ?? createSecureContext({ ca });
  contexts.set(key, known);
  return known;
}
