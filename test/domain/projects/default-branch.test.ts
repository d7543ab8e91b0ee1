import { describe, expect, it } from 'vitest';
import { defaultBranchProblem } from '../../../shared/domain/projects/default-branch.ts';

const branches = (...names: string[]) => new Map(names.map((name) => [name, 'a'.repeat(40)]));

describe('the default branches of a project and its repository', () => {
  it.each([
    ['are the same', 'main', 'main', branches('main')],
    ['are to come with the first push', null, null, branches()],
    ['are to come with the first push, though Bitbucket names one', null, 'main', branches()],
    ['are to be learned by the next fetch', null, 'main', branches('main')],
    ['cannot be told, as git did not answer', null, 'main', null],
    ['differ only in that Bitbucket names none', 'main', null, branches('main')],
  ])('are all right when they %s', (_, project, actual, known) => {
    expect(defaultBranchProblem(project, actual, known)).toBeNull();
  });

  it.each([
    [
      'there is none',
      null,
      null,
      /^The repository has no default branch, so that no environment can be made/,
    ],
    [
      'the repository’s does not exist, and the project has none',
      null,
      'main',
      /has no branch main, which is its default branch, so that no .* bough project:info default_branch NAME$/,
    ],
    [
      'the project’s does not exist',
      'main',
      'trunk',
      /has no branch main, which is the project's default branch/,
    ],
    [
      'the repository’s does not exist',
      'trunk',
      'main',
      /has no branch main, which is its default branch\. Choose another one in Bitbucket\.$/,
    ],
    [
      'they differ',
      'trunk',
      'develop',
      /^The repository's default branch is develop, the project's is trunk\./,
    ],
  ])('are told of when %s', (_, project, actual, problem) => {
    expect(defaultBranchProblem(project, actual, branches('trunk', 'develop'))).toMatch(problem);
  });
});
