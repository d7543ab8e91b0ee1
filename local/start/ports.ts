import { createServer } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import { closeServer, findFreePort, listen } from '../http/net.ts';
import { readFileIfExists, replaceFile } from '../state/files.ts';

const Ports = z.object({ sites: z.number(), bitbucket: z.number() });
type Ports = z.infer<typeof Ports>;

/** Checks that a port is free, before the slow part of the start. Throws PortInUseError. */
export async function requireFree(port: number): Promise<void> {
  const server = createServer();
  await listen(server, port);
  await closeServer(server);
}

/**
 * Chooses the ports of the sites and the playground. Links on pull requests and remotes of clones contain them, so the
 * ports of the last run come first, then the ports after the API's, then any free port.
 */
export async function choosePorts(apiPort: number, stateDirectory: string): Promise<Ports> {
  const file = join(stateDirectory, 'ports.json');
  const text = await readFileIfExists(file);
  const last = text === undefined ? null : Ports.parse(JSON.parse(text));
  const ports = {
    sites: await firstFree([last?.sites, apiPort + 1]),
    bitbucket: await firstFree([last?.bitbucket, apiPort + 2]),
  };
  await replaceFile(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

async function firstFree(candidates: readonly (number | undefined)[]): Promise<number> {
  for (const port of candidates) {
    if (port !== undefined && port < 65_536 && (await isFree(port))) return port;
  }
  return findFreePort();
}

async function isFree(port: number): Promise<boolean> {
  return requireFree(port).then(
    () => true,
    () => false,
  );
}
