import { createServer } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import { closeServer, findFreePort, listen } from '../http/net.ts';
import { readFileIfExists, replaceFile } from '../state/files.ts';

const Ports = z.object({ sites: z.number(), bitbucket: z.number(), console: z.number() });
/** The ports of the last run. States from before the console have none for it. */
const LastPorts = Ports.partial({ console: true });

/** Checks that a port is free, before the slow part of the start. Throws PortInUseError. */
export async function requireFree(port: number): Promise<void> {
  const server = createServer();
  await listen(server, port);
  await closeServer(server);
}

/**
 * Chooses the ports of the sites, the playground and the console. Links on pull requests, remotes of clones and bookmarks
 * contain them, so the ports of the last run come first, then the ports after the API's, then any free port.
 */
export async function choosePorts(apiPort: number, stateDirectory: string): Promise<z.infer<typeof Ports>> {
  const file = join(stateDirectory, 'ports.json');
  const text = await readFileIfExists(file);
  const last = text === undefined ? null : LastPorts.parse(JSON.parse(text));
  const ports = {
    sites: await firstFree([last?.sites, apiPort + 1]),
    bitbucket: await firstFree([last?.bitbucket, apiPort + 2]),
    console: await firstFree([last?.console, apiPort + 3]),
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
