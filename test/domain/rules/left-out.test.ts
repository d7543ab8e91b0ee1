import { describe, expect, it } from 'vitest';
import { explainLeftOut } from '../../../shared/domain/rules/left-out.ts';
import { aPullRequest, commit } from '../../support/builders.ts';

const branches = (...names: string[]) => new Map(names.map((name) => [name, commit('A')]));
const found = { branches: branches('main'), unreadable: new Set<string>(), pullRequests: null };
const options = { fetch_branches: true, build_pull_requests: true };
const long = 'x'.repeat(1001);

describe('the branches, tags and pull requests that are left out because of a name', () => {
  it('is nothing in most of them', () => {
    const pullRequests = { list: [aPullRequest()], has_more: false };

    expect(
      explainLeftOut({ ...found, branches: branches('main', 'ü/ø', 'x'.repeat(1000)) }, options),
    ).toBeNull();
    expect(explainLeftOut({ ...found, pullRequests }, options)).toBeNull();
  });

  it.each([
    [
      'that are not UTF-8',
      { unreadable: new Set(['refs/heads/caf\ufffd', 'refs/tags/v\ufffd']) },
      'the name of refs/heads/caf\ufffd is not UTF-8; the name of refs/tags/v\ufffd is not UTF-8',
    ],
    [
      'that are too long for an environment',
      { branches: branches('main', long) },
      `the name of the branch "${long.slice(0, 100)}" has more than 1000 bytes`,
    ],
    [
      'of a pull request’s branches',
      { pullRequests: { list: [aPullRequest({ number: 7, target: long })], has_more: false } },
      `pull request #7: the name of the branch "${long.slice(0, 100)}" has more than 1000 bytes`,
    ],
    [
      'that a branch and a pull request have in common',
      {
        branches: branches('main', 'pr-7'),
        pullRequests: { list: [aPullRequest({ number: 7 })], has_more: false },
      },
      'the branch pr-7 and pull request #7 both need the environment pr-7, and the first of them has it: rename the branch',
    ],
  ])('is told of names %s', (_, changes, reasons) => {
    expect(explainLeftOut({ ...found, ...changes }, options)).toBe(`Left out because of a name: ${reasons}`);
  });

  it.each([
    ['branches', { fetch_branches: false }],
    ['pull requests', { build_pull_requests: false }],
  ])('is nothing that has no environment anyway, while %s are not fetched', (_, off) => {
    const pullRequests = { list: [aPullRequest({ number: 7 })], has_more: false };

    expect(
      explainLeftOut({ ...found, branches: branches('pr-7'), pullRequests }, { ...options, ...off }),
    ).toBeNull();
  });

  it('is one line, however much it is', () => {
    const unreadable = new Set(Array.from({ length: 10_000 }, (_, index) => `refs/heads/${index}\ufffd\n`));

    expect(explainLeftOut({ ...found, unreadable }, options)).toMatch(
      /^Left out because of a name: (the name of refs\/heads\/\d\ufffd\\u000a is not UTF-8; ){5}9995 more$/,
    );
  });
});
