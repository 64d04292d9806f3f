import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { azapiProvider } from './azapi';
import { AzureTransport, type AzureEnvironment } from './azure-client';
import { azurermProvider } from './azurerm';
import { serveConnection } from './plugin-protocol';
import type { Provider } from './provider';

export interface StandInProvidersOptions {
  /**
   * `HTTPS_PROXY` to reach Azure through, `SSL_CERT_FILE` or `NODE_EXTRA_CA_CERTS` with the authorities to trust
   * beside the well-known ones, and `ARM_CLIENT_ID`, `ARM_CLIENT_SECRET`, `ARM_TENANT_ID`, `ARM_SUBSCRIPTION_ID`
   * for whatever the provider blocks leave out.
   */
  readonly environment: AzureEnvironment;
  /** What went wrong inside the providers, for a log. */
  readonly log?: (message: string) => void;
}

export interface StandInProviders {
  /** The value of `TF_REATTACH_PROVIDERS` that makes Terraform use them. */
  readonly reattach: string;
  close(): Promise<void>;
}

/** What every system takes as the path of a unix socket. */
const LONGEST_SOCKET_PATH = 100;

/**
 * Serves stand-ins for the Terraform providers azurerm and azapi from this process, each on a socket of its own.
 * Any number of Terraform runs may use them, one after another or at once.
 */
export async function startStandInProviders(options: StandInProvidersOptions): Promise<StandInProviders> {
  const folder = mkdtempSync(join(tmpdir(), 'tfp-'));
  const log = options.log ?? (() => {});
  const transport = new AzureTransport(options.environment);
  const servers: { server: Server; connections: Set<Socket> }[] = [];
  const serve = async <S>(provider: Provider<S>) => {
    const path = join(folder, provider.name);
    if (path.length > LONGEST_SOCKET_PATH) {
      throw new Error(
        `socket path ${path} has ${path.length} characters, expected at most ${LONGEST_SOCKET_PATH}: set TMPDIR to a shorter folder`,
      );
    }
    const connections = new Set<Socket>();
    const server = createServer((connection) => {
      connections.add(connection);
      connection.once('close', () => connections.delete(connection));
      serveConnection(provider, connection, log);
    });
    servers.push({ server, connections });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
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
    const reattach = {
      'hashicorp/azurerm': await serve(azurermProvider(options.environment, transport)),
      'Azure/azapi': await serve(azapiProvider(options.environment, transport)),
    };
    return { reattach: JSON.stringify(reattach), close };
  } catch (error) {
    await close();
    throw error;
  }
}
