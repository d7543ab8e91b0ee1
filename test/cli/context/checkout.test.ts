import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckout } from '../../../cli/context/checkout.ts';

describe('the checkout of a directory', () => {
  const directory = mkdtempSync(join(tmpdir(), 'checkout-'));
  const git = (...args: string[]) => execFileSync('git', ['-C', directory, ...args], { stdio: 'pipe' });

  beforeAll(() => {
    git('init', '--quiet', '--initial-branch', 'main');
    git('remote', 'add', 'origin', 'git@bitbucket.org:acme/web.git');
    git('remote', 'add', 'fork', 'https://bitbucket.org/jane/web.git');
    git(
      '-c',
      'user.name=Jane',
      '-c',
      'user.email=jane@example.com',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      '.',
    );
    git('config', 'branch.main.remote', 'origin');
    mkdirSync(join(directory, 'src'));
  });

  it('has the remotes, the branch and the remote that the branch tracks, in every folder', async () => {
    expect(await readCheckout(join(directory, 'src'))).toEqual({
      remotes: [
        { name: 'fork', url: 'https://bitbucket.org/jane/web.git' },
        { name: 'origin', url: 'git@bitbucket.org:acme/web.git' },
      ],
      branch: { name: 'main', remote: 'origin' },
    });
  });

  it('has no tracked remote for a new branch, and no branch for a detached HEAD', async () => {
    git('switch', '--quiet', '--create', 'feature/x');
    expect((await readCheckout(directory))?.branch).toEqual({ name: 'feature/x', remote: null });
    git('switch', '--quiet', '--detach');
    expect((await readCheckout(directory))?.branch).toBeNull();
  });

  it('does not exist outside of one', async () => {
    expect(await readCheckout(mkdtempSync(join(tmpdir(), 'none-')))).toBeNull();
    expect(await readCheckout('/does/not/exist')).toBeNull();
  });
});
