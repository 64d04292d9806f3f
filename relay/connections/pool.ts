import { Agent, Client, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import type { Connection, Exchange } from './exchange';

/** How long a proxy may take to answer, and a connection to come about, in milliseconds. */
const CONNECT_TIMEOUT_MS = 8_000;

/** A connection that nobody uses is closed after so long: it costs more to make than to keep. */
const IDLE_MS = 60_000;

/** Connections to one host; more requests wait for one to come free. */
const MAX_CONNECTIONS = 128;

/** A request, and who is to be told of its answer. */
export interface Outgoing extends Dispatcher.DispatchOptions {
  readonly origin: string;
  readonly exchange: Exchange;
}

/** One connection to a host, made again when it is needed after it was lost. */
class KeptConnection extends Client implements Connection {
  used = false;

  constructor(origin: URL, options: object) {
    super(origin, options);
    this.on('connect', () => (this.used = false));
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    (options as Outgoing).exchange.connection = this;
    return super.dispatch(options, handler);
  }
}

/**
 * Connections that are kept, whether there is a proxy (`HTTPS_PROXY`, but for hosts in `NO_PROXY`) or not. Plain http is
 * for the machine itself and never goes by a proxy.
 *
 * @param ca certificate authority to trust in place of Node's, PEM
 */
export function openPool(environment: NodeJS.ProcessEnv, ca?: string): Dispatcher {
  const tls = { timeout: CONNECT_TIMEOUT_MS, ...(ca !== undefined && { ca }) };
  const options: Agent.Options = {
    connections: MAX_CONNECTIONS,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    // An exchange has a limit of its own, for all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: tls,
    factory: (origin, kept) =>
      new Pool(origin, {
        ...kept,
        factory: (one: URL, connection: object) => new KeptConnection(one, connection),
      }),
  };
  const httpsProxy = environment['HTTPS_PROXY'] ?? environment['https_proxy'] ?? '';
  if (httpsProxy === '') return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: '',
    httpsProxy,
    noProxy: environment['NO_PROXY'] ?? environment['no_proxy'] ?? '',
    requestTls: tls,
    clientFactory: (origin, proxy) =>
      new Pool(origin, { ...proxy, headersTimeout: CONNECT_TIMEOUT_MS, connectTimeout: CONNECT_TIMEOUT_MS }),
  });
}
