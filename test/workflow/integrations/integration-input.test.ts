import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { baseUrl, repositoryPath } from '../../../shared/workflow/integrations/integration-input.ts';

describe('a repository', () => {
  it.each([
    ['by its name', 'acme/website', 'acme/website'],
    ['by its name between slashes', '/acme/website/', 'acme/website'],
    ['by its page on Bitbucket Cloud', 'https://bitbucket.org/acme/website', 'acme/website'],
    ['by that page with a slash', 'https://bitbucket.org/acme/website/', 'acme/website'],
    ['by its clone URL on Bitbucket Cloud', 'https://ada@bitbucket.org/acme/website.git', 'acme/website'],
    ['by a URL with a query', 'HTTP://bitbucket.org/acme/website?at=main#readme', 'acme/website'],
    ['of a project on a server', 'ACME/website', 'ACME/website'],
    ['of a user on a server', '~ada/website', '~ada/website'],
    [
      'by a page of a file on Bitbucket Cloud',
      'https://bitbucket.org/acme/website/src/main/a.md',
      'acme/website',
    ],
    [
      'by a pull request on Bitbucket Cloud',
      'https://www.bitbucket.org/acme/website/pull-requests/7/a-header',
      'acme/website',
    ],
    ["by git's SSH shorthand", 'git@bitbucket.org:acme/website.git', 'acme/website'],
    ['by its SSH URL', 'ssh://git@bitbucket.org/acme/website.git', 'acme/website'],
    [
      'by its SSH URL around a firewall',
      'ssh://git@altssh.bitbucket.org:443/acme/website.git',
      'acme/website',
    ],
    ["by git's SSH shorthand with the other host", 'git@ssh.bitbucket.org:acme/website.git', 'acme/website'],
    ['by its SSH URL with that host', 'ssh://git@ssh.bitbucket.org/acme/website.git', 'acme/website'],
    ["by git's SSH shorthand around a firewall", 'git@altssh.bitbucket.org:acme/website.git', 'acme/website'],
    ['by its SSH URL on a server', 'ssh://git@git.example.org:7999/acme/website.git', 'acme/website'],
    ["by a user's SSH URL on a server", 'ssh://git@git.example.org:7999/~ada/website.git', '~ada/website'],
    ['by its page on a server', 'https://git.example.org/projects/ACME/repos/website/browse', 'ACME/website'],
    [
      'by a page of a file on a server',
      'https://git.example.org/projects/ACME/repos/website/browse/src/main.ts?at=refs%2Fheads%2Fmain',
      'ACME/website',
    ],
    ['by its page without a subpath', 'https://git.example.org/projects/ACME/repos/website', 'ACME/website'],
    [
      'by its page on a server under a context path',
      'https://example.org/code/bitbucket/projects/ACME/repos/website/pull-requests',
      'ACME/website',
    ],
    ['by its clone URL on a server', 'https://git.example.org/scm/acme/website.git', 'acme/website'],
    [
      'by its clone URL under a context path',
      'https://ada@example.org/bitbucket/scm/acme/website.git',
      'acme/website',
    ],
    ["by a user's clone URL on a server", 'https://git.example.org/scm/~ada/website.git', '~ada/website'],
    [
      "by a user's page on a server",
      'https://git.example.org/users/ada/repos/website/browse',
      '~ada/website',
    ],
    [
      "by a user's page under a context path",
      'https://example.org/bitbucket/users/ada/repos/website',
      '~ada/website',
    ],
    ['by an encoded URL', 'https://git.example.org/scm/%7Eada/web%2Dsite.git', '~ada/web-site'],
    ['whose name has dots', 'acme/website.example.org', 'acme/website.example.org'],
  ])('is understood %s', (_, text, path) => {
    expect(repositoryPath(text, homeOf(text))).toBe(path);
  });

  it.each([
    '',
    'website',
    'acme/',
    '/website',
    'acme/website/src/main',
    'https://bitbucket.org/acme',
    'https://bitbucket.org/acme/website/x',
    'https://bitbucket.org/acme/workspace/projects',
    'git@bitbucket.org:website.git',
    'git@bitbucket.org:7999/acme/website.git',
    'ssh://git@git.example.org:7999/website.git',
    'projects/ACME/repos/website',
    'file:///acme/website',
    'acme/..',
    '../website',
    'https://git.example.org/projects/../repos/..',
    'acme/web site',
    'acme/website?x=1',
    'acme\n/website',
    'acme/%2e%2e',
    'https://git.example.org/scm/acme/%2e%2e%2fadmin',
    'https://git.example.org/%E0%A4%A',
  ])('is refused as %j, which names the field', (text) => {
    expect(() => repositoryPath(text, homeOf(text))).toThrow(
      expect.objectContaining({
        code: 'invalid',
        fields: { repository: 'Must be `owner/name`, for example `acme/website`' },
      }),
    );
  });

  it.each([
    ['https://github.com/acme/website', 'github.com'],
    ['git@github.com:acme/website.git', 'github.com'],
    ['https://git.example.org/scm/acme/website.git', 'git.example.org'],
    ['https://bitbucket.org.example.org/acme/website', 'bitbucket.org.example.org'],
    ['https://www.git.bitbucket.org/acme/website', 'www.git.bitbucket.org'],
  ])("is refused on another host than the integration's: %s", (text, host) => {
    expect(() => repositoryPath(text, 'https://bitbucket.org/x/y.git')).toThrow(
      expect.objectContaining({
        code: 'invalid',
        fields: { repository: `Is on ${host}, and this integration is with bitbucket.org` },
      }),
    );
  });

  it.each([
    ['ssh://git@ssh.example.com:7999/PROJ/repo.git', 'PROJ/repo'],
    ['ssh://git@ssh.example.com:7999/~ada/repo.git', '~ada/repo'],
    ['ssh://git@10.0.0.7/PROJ/repo.git', 'PROJ/repo'],
    ['git@ssh.example.com:PROJ/repo.git', 'PROJ/repo'],
  ])('of a server can have a different SSH host: %s', (text, path) => {
    expect(repositoryPath(text, 'https://git.example.org/scm/x/y.git')).toBe(path);
  });

  it.each([
    ['https://ssh.example.com/scm/proj/repo.git', 'ssh.example.com'],
    ['git@bitbucket.org:acme/website.git', 'bitbucket.org'],
    ['git@ssh.bitbucket.org:acme/website.git', 'bitbucket.org'],
  ])('of a server is refused on an impossible host: %s', (text, host) => {
    expect(() => repositoryPath(text, 'https://git.example.org/scm/x/y.git')).toThrow(
      expect.objectContaining({
        fields: { repository: `Is on ${host}, and this integration is with git.example.org` },
      }),
    );
  });

  it('has a maximum length', () => {
    expect(() => repositoryPath('/'.repeat(100_000), 'https://bitbucket.org/x/y.git')).toThrow(BoughError);
    expect(() => baseUrl(`https://git.example.org${'/'.repeat(100_000)}`)).toThrow(BoughError);
  });

  it('may be on another port of the host, as behind a proxy', () => {
    const text = 'https://git.example.org/scm/acme/website.git';
    expect(repositoryPath(text, 'http://Git.example.org:7990/scm/x/y.git')).toBe('acme/website');
  });

  it('is an owner and a name, for any input', () => {
    const piece = fc.constantFrom(
      'acme',
      'scm',
      'projects',
      'repos',
      'users',
      '.',
      '..',
      '%2e',
      '%2F',
      '@',
      '\\',
      '?',
      '#',
      ' ',
      '{',
      'ü',
      '~',
      '-',
    );
    const text = fc
      .tuple(
        fc.constantFrom('', '/', 'https://git.example.org/', 'https://git.example.org/bitbucket/'),
        fc.array(piece, { minLength: 1, maxLength: 6 }),
      )
      .map(([prefix, pieces]) => prefix + pieces.join('/'));
    fc.assert(
      fc.property(text, (given) => {
        const path = attempt(() => repositoryPath(given, homeOf(given)));
        if (path === null) return;
        const { pathname, search, hash } = new URL(`https://api.example.org/repositories/${path}/hooks`);
        expect(pathname.split('/')).toHaveLength(5);
        expect(search + hash).toBe('');
      }),
      { numRuns: 2000, examples: [['acme/website'], ['https://git.example.org/scm/acme/website']] },
    );
  });
});

/** The Bitbucket of a URL; Bitbucket Cloud for other text. */
function homeOf(text: string): string {
  const host = /git\.example\.org|example\.org/.exec(text)?.[0] ?? 'bitbucket.org';
  return `https://${host}/some/repository.git`;
}

describe("a server's URL", () => {
  it.each([
    ['https://git.example.org', 'https://git.example.org'],
    ['https://git.example.org/', 'https://git.example.org'],
    ['HTTPS://Git.Example.ORG:443/', 'https://git.example.org'],
    ['http://git.example.org:7990', 'http://git.example.org:7990'],
    ['https://example.org/bitbucket', 'https://example.org/bitbucket'],
    ['https://example.org/code/bitbucket//', 'https://example.org/code/bitbucket'],
  ])('is normalised: %s', (given, url) => {
    expect(baseUrl(given)).toBe(url);
  });

  it.each([
    ['', 'nothing'],
    ['git.example.org', 'a host'],
    ['ssh://git@git.example.org:7999', 'another protocol'],
    ['file:///etc/passwd', 'a file'],
    ['https://ada:secret@git.example.org', 'credentials'],
    ['https://:secret@git.example.org', 'a password'],
    ['https://git.example.org/?x=1', 'a query'],
    ['https://git.example.org/#x', 'a fragment'],
    ['https://', 'no host'],
  ])('is refused as %j: %s', (given) => {
    expect(() => baseUrl(given)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        fields: { url: 'Must be the URL of the server, for example https://bitbucket.example.com' },
      }),
    );
  });

  it('has neither a query nor a fragment nor a slash at its end', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (given) => {
        const url = attempt(() => baseUrl(given));
        if (url !== null) expect(url).toMatch(/^https?:\/\/[^?#]+[^/?#]$/);
      }),
      {
        examples: [['https://git.example.org/?'], ['https://git.example.org/#'], ['https://git.example.org']],
      },
    );
  });
});

/** Null when the URL is refused with a reason. */
function attempt(parse: () => string): string | null {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(BoughError);
    return null;
  }
}
