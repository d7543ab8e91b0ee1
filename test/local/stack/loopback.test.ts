import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startSmallStack } from '../small-stack.ts';

/** Connects to a port at an address, and returns the result. */
function outcomeOf(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.on('error', () => resolve('refused'));
    socket.on('connect', () => {
      socket.destroy();
      resolve('connected');
    });
  });
}

it('the local stack listens on 127.0.0.1 only, because it verifies no credentials', async () => {
  const { apiUrl, sitesUrl, endpoints } = await startSmallStack();
  const servers = [apiUrl, sitesUrl, ...Object.values(endpoints)].map((url) => new URL(url));

  // 127.0.0.0/8 is this machine: a server that listens on all addresses also listens there.
  const outcomes = servers.map(async ({ hostname, port }) => [
    // SDK clients put the account before one host, which therefore is a name.
    hostname.replace('localhost', '127.0.0.1'),
    await outcomeOf('127.0.0.1', Number(port)),
    await outcomeOf('127.0.0.2', Number(port)),
  ]);
  expect(await Promise.all(outcomes)).toEqual(servers.map(() => ['127.0.0.1', 'connected', 'refused']));
});
