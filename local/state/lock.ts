import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateInUseError } from '../errors.ts';
import { closeServer } from '../http/net.ts';

/**
 * Locks the state directory for this process and returns the function that unlocks it. The lock is a listening Unix socket:
 * the system closes it when the process ends. The socket is in the temporary directory because socket paths must be short.
 * @throws StateInUseError
 */
export async function lockState(directory: string): Promise<() => Promise<void>> {
  const digest = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
    .slice(0, 24);
  const path = join(tmpdir(), `bough-${digest}.sock`);
  const server = (await listenOn(path)) ?? (await takeOver(path, directory));
  server.unref();
  return () => closeServer(server);
}

async function takeOver(path: string, directory: string): Promise<Server> {
  if (await answers(path)) throw new StateInUseError(directory);
  await rm(path, { force: true });
  const server = await listenOn(path);
  if (server === undefined) throw new StateInUseError(directory);
  return server;
}

function listenOn(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
