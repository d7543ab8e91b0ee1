import { Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { PortInUseError } from '../errors.ts';

/** All local servers listen on loopback only, because they do not verify signatures. */
const LOOPBACK = '127.0.0.1';

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no TCP port.');
  return address.port;
}

/** Binds the server to a loopback port (0: any free one) and returns the port. Throws PortInUseError. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port) : error);
    server.once('error', onError);
    server.listen(port, LOOPBACK, () => {
      server.off('error', onError);
      resolve(portOf(server));
    });
  });
}

/** Stops accepting, closes open connections and waits for the end. A closed server is no error. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if (server instanceof HttpServer) server.closeAllConnections();
  });
}

/** Finds a free port for a program that cannot choose one itself. Another program may take the port meanwhile. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await closeServer(server);
  return port;
}

/** Returns the base URL of a local port. */
export function localUrl(port: number): string {
  return `http://${LOOPBACK}:${port}`;
}
