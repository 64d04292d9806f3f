import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server on this machine that can be cut, at once and for ever, for all who go that way. */
export class Line {
  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
  ) {}

  /** @param to `http://127.0.0.1:{port}` */
  static async to(to: string): Promise<Line> {
    const { port, hostname } = new URL(to);
    const sockets = new Set<Socket>();
    const keep = (socket: Socket, other: Socket) => {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.on('error', () => socket.destroy());
    };
    const server = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      keep(client, upstream);
      keep(upstream, client);
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Line(server, sockets);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Nobody gets through any more, and what was under way hears no end. */
  cut(): void {
    if (this.server.listening) this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
