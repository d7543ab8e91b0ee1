import { describe, expect, it } from 'vitest';
import { repositoryKey } from '../../../cli/context/repository-key.ts';

describe('the key of a repository', () => {
  it.each([
    ['https://bitbucket.org/acme/web.git'],
    ['https://bitbucket.org/acme/web'],
    ['https://bitbucket.org/acme/web/'],
    ['https://jane@bitbucket.org/Acme/Web.git'],
    ['https://x-token-auth:secret@bitbucket.org/acme/web.git'],
    ['git@bitbucket.org:acme/web.git'],
    ['bitbucket.org:acme/web.git'],
    ['ssh://git@bitbucket.org/acme/web.git'],
    ['ssh://git@altssh.bitbucket.org:443/acme/web.git'],
  ])('is the same for %s', (url) => {
    expect(repositoryKey(url)).toBe('bitbucket.org/acme/web');
  });

  it.each([
    ['https://git.example.com/scm/SHOP/web.git'],
    ['https://git.example.com:8443/scm/shop/web.git'],
    ['https://git.example.com/bitbucket/scm/SHOP/web.git'],
    ['ssh://git@git.example.com:7999/shop/web.git'],
  ])('is the same on a server for %s', (url) => {
    expect(repositoryKey(url)).toBe('git.example.com/shop/web');
  });

  it.each([
    ['https://git.example.com/scm/~jane/web.git'],
    ['https://git.example.com/scm/%7Ejane/web.git'],
    ['ssh://git@git.example.com:7999/~jane/web.git'],
  ])('is that of a personal project for %s', (url) => {
    expect(repositoryKey(url)).toBe('git.example.com/~jane/web');
  });

  it.each([
    [''],
    ['/srv/git/web.git'],
    ['../web.git'],
    ['https://bitbucket.org/web.git'],
    ['https://bitbucket.org/%zz'],
    ['file:///srv/git/acme/web.git'],
    ['https://'],
    ['C:\\work\\web'],
  ])('does not exist for %j', (url) => {
    expect(repositoryKey(url)).toBeNull();
  });
});
