/** A proxy in front of a server, to imitate a fail-over: what is connected is lost, and the address leads on later. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type TcpProxy = {
  port: number;
  /** Resets every connection and takes none. */
  down(): Promise<void>;
  /** Takes connections again, at the same address. */
  up(): Promise<void>;
  close(): Promise<void>;
};

export const tcpProxy = async (target: { host: string; port: number }): Promise<TcpProxy> => {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((from) => {
    const to = connect(target.port, target.host);
    const pair = [from, to] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      from.destroy();
      to.destroy();
    };
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end);
    from.pipe(to);
    to.pipe(from);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const down = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const [from, to] of pairs) {
      from.resetAndDestroy();
      to.destroy();
    }
    await closed;
  };
  return {
    port,
    down,
    up: async () => {
      await listen(port);
    },
    close: async () => {
      if (server.listening) await down();
    },
  };
};
