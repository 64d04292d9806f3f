import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { azapiProvider } from './azapi';
import { AzureTransport } from './azure-transport';
import type { AzureEnvironment } from './credentials';
import { azurermProvider } from './azurerm';
import type { AzurermSession } from './azurerm/resource';
import type { Journal } from './journal';
import { serveConnection } from './plugin-protocol';
import { DEFAULT_AZURERM } from './azurerm/version';
import { ProviderError, type Provider } from './provider';

export interface StandInProvidersOptions {
  /**
   * `HTTPS_PROXY` to reach Azure through, `SSL_CERT_FILE` or `NODE_EXTRA_CA_CERTS` with the authorities to trust
   * beside the well-known ones, and `ARM_CLIENT_ID`, `ARM_CLIENT_SECRET`, `ARM_TENANT_ID`, `ARM_SUBSCRIPTION_ID`
   * for whatever the provider blocks leave out.
   */
  readonly environment: AzureEnvironment;
  /** Which azurerm is played. @default '4.55.0' */
  readonly azurermVersion?: string;
  /** Folder for the sockets, removed at close. @default - a temporary one */
  readonly folder?: string;
  /** What went wrong inside the providers, for a log. */
  readonly log?: (message: string) => void;
  /** Takes each call of Terraform, with what was asked of Azure for it. */
  readonly journal?: Journal;
}

export interface StandInProviders {
  /** The value of `TF_REATTACH_PROVIDERS` that makes Terraform use them. */
  readonly reattach: string;
  /**
   * The same for one configuration that Terraform works on, with azurerm in the version that it asks for.
   * @param azurermVersion asked at the beginning of each run of Terraform; what it throws ends that run
   */
  reattachFor(azurermVersion: () => string): string;
  close(): Promise<void>;
}

/** What every system takes as the path of a unix socket. */
const LONGEST_SOCKET_PATH = 100;

/**
 * Serves stand-ins for the Terraform providers azurerm and azapi from this process, each on a socket of its own.
 * Any number of Terraform runs may use them, one after another or at once.
 */
export async function startStandInProviders(options: StandInProvidersOptions): Promise<StandInProviders> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'tfp-'));
  const log = options.log ?? (() => {});
  const transport = new AzureTransport(options.environment);
  const servers: { server: Server; connections: Set<Socket> }[] = [];
  const azurerms = new Map<string, Provider<AzurermSession>>();
  const azurerm = (version: string) => {
    const known = azurerms.get(version) ?? azurermProvider(options.environment, transport, version);
    azurerms.set(version, known);
    return known;
  };
  /** Takes connections from the return on: a path is bound when it is asked for. */
  const serve = <S>(provider: () => Provider<S>) => {
    const path = join(folder, String(servers.length));
    if (path.length > LONGEST_SOCKET_PATH) {
      throw new Error(
        `socket path ${path} has ${path.length} characters, expected at most ${LONGEST_SOCKET_PATH}: set TMPDIR to a shorter folder`,
      );
    }
    const connections = new Set<Socket>();
    const server = createServer((connection) => {
      connections.add(connection);
      connection.once('close', () => connections.delete(connection));
      serveConnection(provider(), connection, log, options.journal);
    });
    servers.push({ server, connections });
    server.on('error', (error) => log(`${path}: ${error.message}`));
    server.listen(path);
    return {
      Protocol: 'grpc',
      ProtocolVersion: 6,
      Pid: process.pid,
      Test: true,
      Addr: { Network: 'unix', String: path },
    };
  };
  const close = async () => {
    await Promise.all(
      servers.map(({ server, connections }) => {
        for (const connection of connections) connection.destroy();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
    transport.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const azapi = azapiProvider(options.environment, transport);
    const azapiServed = serve(() => azapi);
    const reattachFor = (version: () => string) =>
      JSON.stringify({
        'hashicorp/azurerm': serve(() => playing(version, azurerm)),
        'Azure/azapi': azapiServed,
      });
    const { azurermVersion = DEFAULT_AZURERM } = options;
    azurerm(azurermVersion);
    return { reattach: reattachFor(() => azurermVersion), reattachFor, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The version that is asked for, or what tells why there is none. */
function playing(
  version: () => string,
  azurerm: (version: string) => Provider<AzurermSession>,
): Provider<AzurermSession> {
  try {
    return azurerm(version());
  } catch (error) {
    const refusal =
      error instanceof ProviderError
        ? error
        : new ProviderError('Version not found', (error as Error).message);
    return { ...azurerm(DEFAULT_AZURERM), refusal };
  }
}
