import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { consoleDirectory } from '../../../cli/console/console-directory.ts';
import { aBuiltPage, aConsole } from '../../support/console.ts';
import { root } from '../../support/pages.ts';

describe('the files of the page', () => {
  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/favicon.svg', 'image/svg+xml'],
    ['/assets/index-1a2b.js', 'text/javascript; charset=utf-8'],
    ['/assets/index-1a2b.css', 'text/css; charset=utf-8'],
  ])('have their content types: %s', async (path, type) => {
    await using console = await aConsole();

    const answer = await console.bare(path, { headers: console.own });
    const head = await console.bare(path, { method: 'HEAD', headers: console.own });

    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': type } });
    expect(head).toMatchObject({
      status: 200,
      text: '',
      headers: { 'content-length': answer.headers['content-length'] },
    });
  });

  it.each([
    '/index.html/',
    '/index.html?x',
    '/?x',
    '/assets',
    '/assets/',
    '/assets/index-1a2b.js.map',
    '/assets/../index.html',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/%2fetc%2fpasswd',
    '//etc/passwd',
    '/assets\\..\\index.html',
    '/assets/index-1a2b.js%00.svg',
    '/__proto__',
    '/constructor',
    '/secret.js',
  ])('are the only files that are served: %s is not one', async (path) => {
    const directory = await aBuiltPage();
    await symlink(join(root, 'package.json'), join(directory, 'secret.js'));
    await using console = await aConsole({ directory });

    const answer = await console.raw(
      `GET ${path} HTTP/1.1\r\nHost: ${console.host}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\r\n`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain('devDependencies');
  });

  it.each(['POST', 'PATCH', 'DELETE'])('cannot be changed: %s', async (method) => {
    await using console = await aConsole();

    expect(await console.write(method, '/')).toMatchObject({ status: 405, error: 'method_not_allowed' });
  });

  it('stay those of one build while another build runs', async () => {
    const directory = await aBuiltPage();
    await using console = await aConsole({ directory });
    await writeFile(join(directory, 'index.html'), 'another');

    expect((await console.page('/')).text).toContain('index-1a2b.js');
  });

  it('must have been built', async () => {
    const starting = aConsole({ directory: '/nonexistent/console' });

    await expect(starting).rejects.toMatchObject({
      name: 'CliError',
      message: expect.stringContaining('npm run build'),
    });
  });
});

describe('the directory of the page', () => {
  it.each(['cli/console', 'dist/cli', 'dist/cli/chunks'])('is the same for code in %s', (start) => {
    expect(consoleDirectory(join(root, start))).toBe(join(root, 'dist/console'));
  });
});
