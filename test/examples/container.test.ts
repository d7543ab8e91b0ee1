import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { examplesDirectory } from '../support/examples.ts';

/** Starts the server of the example, as its Dockerfile does, on a free port. */
async function start(variables: Record<string, string>) {
  const server = spawn(process.execPath, [join(examplesDirectory, 'container/server.mjs')], {
    env: { PORT: '0', ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(server.stdout, 'data');
  return {
    url: `http://127.0.0.1:${/\d+/.exec(String(line))?.[0]}/`,
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGTERM');
      await once(server, 'exit');
    },
  };
}

it('The server of the example of a container shows its commit, hides previews from search engines, and ends when asked', async () => {
  await using preview = await start({ COMMIT: 'abc123' });
  await using production = await start({ RESTRICT_ROBOTS: 'false' });
  const closed = { headers: { connection: 'close' } };

  const page = await fetch(preview.url, closed);

  expect(await page.text()).toContain('Baked from abc123');
  expect(page.headers.get('x-robots-tag')).toBe('noindex');
  expect((await fetch(production.url, closed)).headers.get('x-robots-tag')).toBeNull();
  expect((await fetch(`${preview.url}missing`, closed)).status).toBe(404);
});
