import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  longestConfig,
  parseRepositoryConfig,
  readRepositoryConfig,
  type StackLimits,
} from '../../../functions/builder/repository-config.ts';
import { BoughError } from '../../../shared/errors.ts';
import { temporaryDirectory } from './builder-fixture.ts';

const example = `
site:
  headers:
    - for: /assets/*
      set:
        Cache-Control: public, max-age=31536000, immutable
    - for: /*
      set:
        Content-Security-Policy: "default-src 'self'"
`;

const limits: StackLimits = { minutes: 30, compute: 'container' };

function messageOf(text: string): string {
  try {
    parseRepositoryConfig(text, limits);
  } catch (error) {
    if (error instanceof BoughError && error.code === 'invalid') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('.bough/config.yaml', () => {
  it('sets headers of the site by path', () => {
    expect(parseRepositoryConfig(example, limits)).toEqual({
      build: { cache: true },
      site: {
        headers: [
          { for: '/assets/*', set: { 'Cache-Control': 'public, max-age=31536000, immutable' } },
          { for: '/*', set: { 'Content-Security-Policy': "default-src 'self'" } },
        ],
      },
    });
  });

  it('may shorten the builds within what the stack allows', () => {
    expect(parseRepositoryConfig('build: {timeout: 30}', limits).build).toEqual({
      timeout: 30,
      cache: true,
    });
  });

  it.each(['', '# nothing yet\n', '{}', 'site: {}', '---\n'])(
    'has defaults for what is absent: %j',
    (text) => {
      expect(parseRepositoryConfig(text, limits)).toEqual({ build: { cache: true }, site: { headers: [] } });
    },
  );

  it.each([
    ['a: 1', 'line 1: a is not a known key. Known: build, site.'],
    [example.replace('headers:', 'headres:'), 'line 3: site.headres is not a known key. Known: headers.'],
    [example.replace('set:', 'sets:'), 'line 5: site.headers[0].sets is not a known key. Known: for, set.'],
    [example.replace('- for: /*\n      set', '- set'), 'line 7: site.headers[1].for is missing.'],
    [example.replace('/assets/*', 'assets'), 'line 4: site.headers[0].for must begin with /.'],
    [
      example.replace('/assets/*', '/a*/b'),
      'line 4: site.headers[0].for may have * as a whole part of the path, and at its end.',
    ],
    [
      example.replace('Cache-Control', 'Set-Cookie'),
      'line 6: site.headers[0].set.Set-Cookie is a header that cannot be set.',
    ],
    [
      example.replace('Cache-Control', 'Service-Worker-Allowed'),
      'line 6: site.headers[0].set.Service-Worker-Allowed is a header with effects on other sites, so it cannot be set.',
    ],
    [
      example.replace('Cache-Control', 'NEL'),
      'line 6: site.headers[0].set.NEL is a header with effects on other sites, so it cannot be set.',
    ],
    [
      example.replace('Cache-Control', 'Cache Control'),
      'line 6: site.headers[0].set.Cache Control is not the name of a header.',
    ],
    [
      example.replace('public, max-age=31536000, immutable', '1'),
      'line 6: site.headers[0].set.Cache-Control must be text: put it in quotes.',
    ],
    [
      example.replace('public, max-age=31536000, immutable', '"a\\nb"'),
      'line 6: site.headers[0].set.Cache-Control must be one line of printable ASCII characters.',
    ],
    ['site: 1', 'line 1: site must be a mapping.'],
    ['site:\n  headers: x', 'line 2: site.headers must be a list.'],
    ['- site', 'line 1: the file must be a mapping.'],
    ['site: {}\nsite: {}', 'line 2: Map keys must be unique.'],
    ['site:\n\theaders: []', 'line 2: Tabs are not allowed as indentation.'],
    ['site: {}\n---\nsite: {}', expect.stringMatching(/^line 2: /)],
    ['a: &a [1]\nb: *a', 'cannot be used: references to anchors are not supported.'],
    [`${'k'.repeat(500)}: 1`, `line 1: ${'k'.repeat(100)} is not a known key. Known: build, site.`],
    ...['31', '0', '1.5', '"20"', '~'].map((timeout): [string, string] => [
      `build:\n  timeout: ${timeout}`,
      "line 2: build.timeout must be a whole number of minutes from 1 to 30, the stack's builderTimeoutMinutes.",
    ]),
    ['build: {cache: "no"}', 'line 1: build.cache must be true or false.'],
    ['__proto__: {}', 'line 1: __proto__ is not a known key. Known: build, site.'],
  ])('names the line and the key of a mistake: %j', (text, problem) => {
    const message = messageOf(text).replace(/^\.bough\/config\.yaml /, '');
    expect(message).toEqual(problem);
  });
});

it('names the compute that limits the time of a build', () => {
  const parsed = () => parseRepositoryConfig('build: {timeout: 15}', { minutes: 14, compute: 'lambda' });

  expect(parsed).toThrow(
    "build.timeout must be a whole number of minutes from 1 to 14, the stack's builderTimeoutMinutes on Lambda compute.",
  );
});

describe('the file in a checkout', () => {
  function aCheckout(): string {
    const { directory, remove } = temporaryDirectory();
    onTestFinished(remove);
    mkdirSync(join(directory, '.bough'));
    return directory;
  }

  it('is read, and may be absent', async () => {
    const checkout = aCheckout();
    expect(await readRepositoryConfig(checkout, limits)).toEqual({
      build: { cache: true },
      site: { headers: [] },
    });
    writeFileSync(join(checkout, '.bough/config.yaml'), example);
    expect((await readRepositoryConfig(checkout, limits)).site.headers).toHaveLength(2);
  });

  it('is no link, no directory and not longer than 64 KiB', async () => {
    const checkout = aCheckout();
    const file = join(checkout, '.bough/config.yaml');
    symlinkSync('/etc/hosts', file);
    await expect(readRepositoryConfig(checkout, limits)).rejects.toThrow(
      'cannot be used: it is a symbolic link.',
    );
    rmSync(file);
    mkdirSync(file);
    await expect(readRepositoryConfig(checkout, limits)).rejects.toThrow('cannot be used: it is not a file.');
    rmSync(file, { recursive: true });
    writeFileSync(file, '#'.repeat(longestConfig + 1));
    await expect(readRepositoryConfig(checkout, limits)).rejects.toThrow(
      'cannot be used: it has more than 64 KiB.',
    );
  });

  it('is not below a linked .bough', async () => {
    const checkout = aCheckout();
    rmSync(join(checkout, '.bough'), { recursive: true });
    symlinkSync('/etc', join(checkout, '.bough'));
    await expect(readRepositoryConfig(checkout, limits)).rejects.toThrow(
      'cannot be used: it is a symbolic link.',
    );
  });
});
