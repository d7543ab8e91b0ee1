import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO, git } from './support/bitbucket.ts';

const ROOT = join(import.meta.dirname, '../../..');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bitbucket-main-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function startMain(...args: string[]) {
  const script = join(ROOT, 'local/bitbucket/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { cwd: ROOT });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, code, output: () => output };
}

describe('npm run bitbucket', () => {
  it('creates the named repositories, prints their URLs and stops at SIGTERM', async () => {
    const { child, code, output } = startMain('--port', '0', '--directory', directory, 'acme/website');
    await expect.poll(output, { timeout: 60_000 }).toMatch(/Repository: http/);
    const cloneUrl = /Repository: (\S+)/.exec(output())?.[1] ?? '';

    const refs = await git(directory, '-c', `http.extraHeader=Authorization: ${DEMO}`, 'ls-remote', cloneUrl);

    expect(refs).toBe('');
    expect(output()).toMatch(/Cloud: {6}http.*\nServer: {5}http.*\/server /);
    child.kill('SIGTERM');
    expect(await code).toBe(0);
  });

  it('exits with 1 and one sentence for an invalid repository name', async () => {
    const { code, output } = startMain('--port', '0', '--directory', directory, 'website');

    expect(await code).toBe(1);
    expect(output()).toBe('"website" is not a repository\'s full name. Write it as workspace/repository.\n');
  });
});
