import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runScript } from '../../../functions/builder/run-script.ts';
import { s3Client } from '../../../shared/adapters/aws/s3/client.ts';
import { explain } from '../../../shared/errors.ts';
import { aContext, isRunning, temporaryDirectory, writeFiles } from './builder-fixture.ts';

const s3 = s3Client();

let directory: string;
let remove: () => void;
beforeEach(() => {
  ({ directory, remove } = temporaryDirectory());
});
afterEach(() => remove());

function aCheckout(files: Record<string, string>, signal = new AbortController().signal) {
  const context = aContext(s3, directory, { signal });
  writeFiles(context.workspace.checkout, files);
  return context;
}

describe('running a script of the repository', () => {
  it('does nothing when the script does not exist', async () => {
    const context = aCheckout({ 'index.html': '' });

    expect(await runScript(context, 'deploy')).toBe(false);
    expect(context.log.lines).toEqual([]);
  });

  it('does nothing when .bough is a file', async () => {
    expect(await runScript(aCheckout({ '.bough': '' }), 'deploy')).toBe(false);
  });

  it("runs in the checkout with the contract's variables and an empty input", async () => {
    const context = aCheckout({
      '.bough/deploy': '#!/bin/sh\npwd\necho "$BOUGH_COMMIT $BOUGH_SITE_URL"\ncat\necho end',
    });

    expect(await runScript(context, 'deploy')).toBe(true);
    expect(context.log.lines).toEqual([
      'Running .bough/deploy',
      `> ${context.workspace.checkout}`,
      '> 1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b https://sites.example.org/pr-7-abcdefg-shop/',
      '> end',
    ]);
  });

  it('logs output and errors in the order in which they were written', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `echo o${index}; echo e${index} >&2`);
    const context = aCheckout({ '.bough/deploy': `#!/bin/sh\n${lines.join('\n')}` });

    await runScript(context, 'deploy');

    expect(context.log.lines.slice(1)).toEqual(
      Array.from({ length: 50 }, (_, index) => [`> o${index}`, `> e${index}`]).flat(),
    );
  });

  it('does not split characters', async () => {
    const context = aCheckout({
      '.bough/deploy': `#!/bin/sh\nprintf '\\342\\202'\nsleep 0.05\nprintf '\\254\\n'`,
    });

    await runScript(context, 'deploy');

    expect(context.log.lines.at(-1)).toBe('> €');
  });

  it('runs a program that is not a shell script', async () => {
    const context = aCheckout({ '.bough/deploy': '#!/usr/bin/env node\nconsole.log(process.argv.length)' });

    await runScript(context, 'deploy');

    expect(context.log.lines.at(-1)).toBe('> 2');
  });

  it.each([
    ['a failure', '#!/bin/sh\nexit 3', '.bough/deploy exited with code 3. The log has what it printed.'],
    ['its end by a signal', '#!/bin/sh\nkill -KILL $$', '.bough/deploy was ended by SIGKILL. The log'],
    [
      'a command that is missing',
      '#!/bin/sh\nno-such-command',
      '.bough/deploy exited with code 127. A command',
    ],
    ['Windows line ends', '#!/bin/sh\r\necho hi\r\n', '.bough/deploy exited with code 127. A command'],
    [
      'a missing permission',
      'echo hi',
      '.bough/deploy is not executable. Run `git update-index --chmod=+x .bough/deploy`, commit and push.',
    ],
  ])('fails for %s, with a remedy', async (_what, script, message) => {
    const text = await runScript(aCheckout({ '.bough/deploy': script }), 'deploy').then(() => 'ran', explain);

    expect(text.startsWith(message)).toBe(true);
  });

  it('refuses a directory', async () => {
    const context = aCheckout({ '.bough/deploy/index.js': '' });

    await expect(runScript(context, 'deploy')).rejects.toThrow('.bough/deploy is not a file.');
  });

  it('waits for output that arrives after the script has ended', async () => {
    const context = aCheckout({ '.bough/deploy': '#!/bin/sh\n(sleep 0.3; echo late) &\necho first' });

    await runScript(context, 'deploy');

    expect(context.log.lines).toEqual(['Running .bough/deploy', '> first', '> late']);
  });

  it.each([
    [
      'keeps the output open',
      '',
      'Ended what .bough/deploy had left running: it does not outlive the build.',
    ],
    ['is silent', '>/dev/null 2>&1', 'Running .bough/deploy'],
  ])('ends the processes that a script left running when it %s', async (_what, redirection, lastLine) => {
    const context = aCheckout({ '.bough/deploy': `#!/bin/sh\nsleep 1000 ${redirection} &\necho $! >pid` });

    expect(await runScript(context, 'deploy')).toBe(true);

    const pid = Number(readFileSync(join(context.workspace.checkout, 'pid'), 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
    expect(context.log.lines.at(-1)).toBe(lastLine);
  });

  it('fails for the reason of the stop when the build is stopped, and ends the script', async () => {
    const stopping = new AbortController();
    const context = aCheckout(
      { '.bough/deploy': '#!/bin/sh\ntrap "echo cleaned; exit 0" TERM\necho up\nsleep 1000 &\nwait' },
      stopping.signal,
    );
    const running = runScript(context, 'deploy');
    running.catch(() => {});
    await expect.poll(() => context.log.lines).toContain('> up');
    stopping.abort(new Error('stopped'));

    await expect(running).rejects.toThrow('stopped');
    expect(context.log.lines).toContain('> cleaned');
  });

  it('kills a script that ignores SIGTERM', async () => {
    const stopping = new AbortController();
    const script = '#!/bin/sh\ntrap "" TERM\necho $$ >pid\necho up\nwhile :; do sleep 0.1; done';
    const context = aCheckout({ '.bough/deploy': script }, stopping.signal);
    const running = runScript(context, 'deploy');
    running.catch(() => {});
    await expect.poll(() => context.log.lines).toContain('> up');
    stopping.abort(new Error('stopped'));

    await expect(running).rejects.toThrow('stopped');
    const pid = Number(readFileSync(join(context.workspace.checkout, 'pid'), 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('does not start when the build is already stopped', async () => {
    const context = aCheckout(
      { '.bough/deploy': '#!/bin/sh\necho up' },
      AbortSignal.abort(new Error('stopped')),
    );

    await expect(runScript(context, 'deploy')).rejects.toThrow('stopped');
    expect(context.log.lines).toEqual([]);
  });
});
