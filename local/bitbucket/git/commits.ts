import type { Git } from './git.ts';

/** A commit as git's log describes it. */
export interface Commit {
  readonly hash: string;
  readonly parents: string[];
  /** `Name <address>`. */
  readonly author: string;
  /** ISO 8601 in UTC, without milliseconds. */
  readonly date: string;
  readonly committer: string;
  readonly committedOn: string;
  readonly message: string;
}

const FIELD = '\x1f';
const FORMAT = ['%H', '%P', '%an <%ae>', '%at', '%cn <%ce>', '%ct', '%B'].join('%x1f');

/** A time in Bitbucket's format of commit dates: `2018-07-02T20:22:41+00:00`. */
export function commitDate(epochSeconds: number): string {
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}+00:00`;
}

function parse(record: string): Commit {
  const [
    hash = '',
    parents = '',
    author = '',
    authored = '0',
    committer = '',
    committed = '0',
    message = '',
  ] = record.split(FIELD);
  return {
    hash,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    author,
    date: commitDate(Number(authored)),
    committer,
    committedOn: commitDate(Number(committed)),
    message,
  };
}

async function log(git: Git, directory: string, args: readonly string[]): Promise<Commit[]> {
  const output = await git.run(directory, ['log', '-z', `--format=${FORMAT}`, ...args]);
  return output
    .split('\0')
    .filter((record) => record !== '')
    .map(parse);
}

/** Reads commits by their full hashes with one git process, into a map by hash. */
export async function readCommits(
  git: Git,
  directory: string,
  hashes: readonly string[],
): Promise<Map<string, Commit>> {
  if (hashes.length === 0) return new Map();
  const commits = await log(git, directory, ['--no-walk=unsorted', ...new Set(hashes), '--']);
  return new Map(commits.map((commit) => [commit.hash, commit]));
}

/** The newest commits, at most `limit` after `skip`, that are reachable from `head` but not from any of `known`. */
export function newCommits(
  git: Git,
  directory: string,
  head: string,
  known: readonly string[],
  limit: number,
  skip = 0,
): Promise<Commit[]> {
  return log(git, directory, [`--max-count=${limit}`, `--skip=${skip}`, head, '--not', ...known, '--']);
}
