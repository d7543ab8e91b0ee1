import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openBrowser, openerOf } from '../../../cli/console/open-browser.ts';

const url = 'http://127.0.0.1:8400/#t=abc&to=/p/def';

describe('the opener of a browser', () => {
  it('is that of the platform', () => {
    expect(openerOf(url, 'linux', { DISPLAY: ':0' })).toEqual({
      program: 'xdg-open',
      args: [url],
      input: '',
    });
    expect(openerOf(url, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })).toMatchObject({ program: 'xdg-open' });
    expect(openerOf(url, 'win32', {})).toMatchObject({
      program: 'rundll32',
      args: ['url.dll,FileProtocolHandler', url],
    });
  });

  it('gets the address on macOS without arguments, which other users see', () => {
    expect(openerOf(url, 'darwin', {})).toEqual({
      program: 'osascript',
      args: [],
      input: `open location "${url}"\n`,
    });
  });

  it('does not exist without a display, as over SSH', () => {
    expect(openerOf(url, 'linux', { DISPLAY: '' })).toBeNull();
  });

  it('starts without a shell, so that an address is never a command', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'bough-opener-'));
    const program = join(directory, 'opener');
    await writeFile(
      program,
      `#!/bin/sh\nprintf '%s|' "$@" > '${directory}/args.part'\ncat > '${directory}/input'\nmv '${directory}/args.part' '${directory}/args'\n`,
    );
    await chmod(program, 0o755);
    const hostile = `${url}&x=$(touch ${directory}/hacked);"'`;

    expect(await openBrowser({ program, args: ['--flag', hostile], input: 'text' })).toBe(true);

    const args = await vi.waitFor(() => readFile(join(directory, 'args'), 'utf8'), { timeout: 20_000 });
    expect(args).toBe(`--flag|${hostile}|`);
    expect(await readFile(join(directory, 'input'), 'utf8')).toBe('text');
    await expect(readFile(join(directory, 'hacked'))).rejects.toThrow();
  });

  it('may be missing', async () => {
    expect(await openBrowser({ program: '/nonexistent/opener', args: [], input: '' })).toBe(false);
  });
});
