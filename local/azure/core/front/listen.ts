import type { Server } from 'node:net';

/**
 * Listens on loopback; without a port, on any free one.
 * @param option the name in `LocalAzureOptions.ports`
 * @throws Error naming port and option when the port is taken
 */
export function listenOnLoopback(server: Server, port: number | undefined, option: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `port ${port} on 127.0.0.1 is in use; free it, or choose another by ports.${option} (0 takes any free one)`,
            )
          : error,
      );
    });
    server.listen(port ?? 0, '127.0.0.1', () => resolve());
  });
}
