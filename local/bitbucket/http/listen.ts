import type { Server } from 'node:http';

/** Binds the server to a port of the loopback interface (0: any free port) and returns the port. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const inUse = 'code' in error && error.code === 'EADDRINUSE';
      const message = inUse
        ? `Port ${port} is in use. Stop the process that listens there, or choose another port for the Bitbucket playground.`
        : `The Bitbucket playground cannot listen on port ${port}: ${error.message}`;
      reject(new Error(message, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
