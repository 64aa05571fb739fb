/** Knows which connections have a request in progress, so that shutting down waits for those and cuts the others. */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Connections = { all: Set<Socket>; busy: Map<Socket, number> };

export function trackConnections(server: Server): Connections {
  const connections: Connections = { all: new Set(), busy: new Map() };
  const { all, busy } = connections;
  server.on('connection', (socket: Socket) => {
    all.add(socket);
    socket.once('close', () => all.delete(socket));
  });
  const count = ({ socket }: IncomingMessage, response: ServerResponse) => {
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (busy.get(socket) ?? 1) - 1;
      if (left === 0) busy.delete(socket);
      else busy.set(socket, left);
    });
  };
  server.on('request', count).on('checkContinue', count);
  return connections;
}

export async function drain(
  server: Server,
  { all, busy }: Connections,
  drainMs: number,
): Promise<boolean> {
  const closed = once(server, 'close');
  server.close();
  // What has arrived but was not yet read becomes a request in the next turn of the event loop.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  for (const socket of all) if (!busy.has(socket)) socket.destroy();
  let isClean = true;
  const timer = setTimeout(() => {
    isClean = false;
    for (const socket of all) socket.destroy();
  }, drainMs);
  await closed;
  clearTimeout(timer);
  return isClean;
}
