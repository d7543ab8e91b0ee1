import { join } from 'node:path';
import type { Bitbucket } from '../bitbucket.ts';
import { buildStatusesOf } from '../changes/build-statuses.ts';
import { type Commit, newCommits } from '../git/commits.ts';
import { type Git, GitError } from '../git/git.ts';
import type { BuildStatus, Repository } from '../store/records.ts';
import { type Content, html } from './html.ts';
import { PAGE_SIZE, pager, rowsBefore } from './paging.ts';
import { ago, authorName, buildSummary, hashLink, oneLine, rows, section, subjectOf } from './parts.ts';

/** A range of commits: those that `head` has and `known` lacks. */
export interface CommitRange {
  readonly head: string;
  readonly known: readonly string[];
  /** Another repository that `known` may be in: a fork lacks the newer commits of its destination. */
  readonly other?: Repository;
}

/** Git that also reads the objects of another repository. */
function readingAlso({ git, store }: Bitbucket, other: Repository): Git {
  const objects = join(store.gitDirectory(other), 'objects');
  const run: Git['run'] = (directory, args, env) =>
    git.run(directory, args, { ...env, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects });
  return { ...git, run };
}

/** The newest commits of a range; none if the repository lacks one of its ends, as after the removal of a fork. */
export async function readRange(
  bitbucket: Bitbucket,
  repository: Repository,
  { head, known, other }: CommitRange,
  limit: number,
  skip = 0,
): Promise<Commit[]> {
  const directory = bitbucket.store.gitDirectory(repository);
  try {
    const git = other === undefined ? bitbucket.git : readingAlso(bitbucket, other);
    return await newCommits(git, directory, head, known, limit, skip);
  } catch (error) {
    if (error instanceof GitError && error.exitCode !== null) return [];
    throw error;
  }
}

/** A commit in a list, with its builds: all, or those of one branch. */
export function commitRow(
  bitbucket: Bitbucket,
  repository: Repository,
  commit: Commit,
  branch: string | null = null,
): Content {
  return html`<div class="main"><div>${oneLine(subjectOf(commit))}</div>
<div class="small">${oneLine(authorName(commit.author))}, ${ago(bitbucket, commit.committedOn)}</div></div>
<div class="side">${buildSummary(buildStatusesOf(repository, commit.hash, branch))} ${hashLink(repository, commit.hash)}</div>`;
}

/** A section of commits with paging, and the build statuses that it shows. */
export interface CommitSection {
  readonly content: Content;
  readonly statuses: readonly BuildStatus[];
}

/** The section with one page of a range's commits, with their builds: all, or those of one branch. */
export async function commitsSection(
  { bitbucket, repository, url }: { bitbucket: Bitbucket; repository: Repository; url: URL },
  range: CommitRange,
  branch: string | null = null,
): Promise<CommitSection> {
  const found = await readRange(bitbucket, repository, range, PAGE_SIZE + 1, rowsBefore(url));
  const shown = found.slice(0, PAGE_SIZE);
  const items = shown.map((commit) => commitRow(bitbucket, repository, commit, branch));
  return {
    content: [section('Commits', rows(items, 'There are no commits here.')), pager(url, found.length)],
    statuses: shown.flatMap(({ hash }) => buildStatusesOf(repository, hash, branch)),
  };
}
