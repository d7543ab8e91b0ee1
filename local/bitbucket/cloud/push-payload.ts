import { branchPath, comparisonPath } from '../addresses.ts';
import type { Bitbucket } from '../bitbucket.ts';
import { type Commit, commitDate, newCommits, readCommits } from '../git/commits.ts';
import { isAncestor, parseRef, peelToCommit, type RefChange } from '../git/refs.ts';
import type { Resource } from '../resources.ts';
import { link } from '../resources.ts';
import type { Repository } from '../store/records.ts';
import { commitInPayload, refInPayload } from './commit-resource.ts';
import { PAYLOAD_LIMIT_BYTES } from './deliveries.ts';
import { repositoryApiUrl } from './repository-resource.ts';

const MAX_COMMITS = 5;

/** One side of a ref change: the ref's object and its commit, which differ for an annotated tag. */
interface Tip {
  readonly object: string;
  readonly commit: Commit;
}

interface RefKind {
  readonly kind: 'branch' | 'tag';
  readonly name: string;
}

async function readTip(bitbucket: Bitbucket, directory: string, object: string | null): Promise<Tip | null> {
  if (object === null) return null;
  const hash = await peelToCommit(bitbucket.git, directory, object);
  const commit =
    hash === undefined ? undefined : (await readCommits(bitbucket.git, directory, [hash])).get(hash);
  return commit === undefined ? null : { object, commit };
}

/** The tagger, date and message of an annotated tag; nulls for a lightweight tag. */
async function tagDetails(bitbucket: Bitbucket, directory: string, tip: Tip): Promise<Resource> {
  if (tip.object === tip.commit.hash) return { tagger: null, date: null, message: null };
  const text = await bitbucket.git.run(directory, ['cat-file', 'tag', tip.object]);
  const [, raw, seconds] = /^tagger (.*) (\d+) [+-]\d{4}$/m.exec(text) ?? [];
  return {
    tagger: raw === undefined ? null : { type: 'author', raw },
    date: seconds === undefined ? null : commitDate(Number(seconds)),
    message: text.slice(text.indexOf('\n\n') + 2),
  };
}

function changeLinks(
  bitbucket: Bitbucket,
  repository: Repository,
  ref: RefKind,
  { old, head }: { readonly old: string | null; readonly head: string },
): Resource {
  const api = repositoryApiUrl(bitbucket, repository);
  if (old === null) {
    const commits = link(`${api}/commits?include=${head}`);
    return ref.kind === 'tag'
      ? { commits }
      : { commits, html: link(`${bitbucket.url}${branchPath(repository, ref.name)}`) };
  }
  return {
    commits: link(`${api}/commits?include=${head}&exclude=${old}`),
    html: link(`${bitbucket.url}${comparisonPath(repository, head, old)}`),
    diff: link(`${api}/diff/${head}..${old}`),
  };
}

/** The newest commits of a new or moved branch, at most five, and whether there are more. */
async function pushedCommits(bitbucket: Bitbucket, repository: Repository, head: Tip, old: Tip | null) {
  const directory = bitbucket.store.gitDirectory(repository);
  const known = old === null ? [] : [old.object];
  const commits = await newCommits(bitbucket.git, directory, head.object, known, MAX_COMMITS + 1);
  return {
    commits: commits.slice(0, MAX_COMMITS).map((commit) => commitInPayload(bitbucket, repository, commit)),
    truncated: commits.length > MAX_COMMITS,
  };
}

async function isForced(bitbucket: Bitbucket, directory: string, ref: RefKind, old: Tip, head: Tip) {
  if (ref.kind === 'tag') return true;
  return !(await isAncestor(bitbucket.git, directory, old.object, head.object));
}

async function changeResource(
  bitbucket: Bitbucket,
  repository: Repository,
  change: RefChange,
): Promise<Resource | undefined> {
  const ref = parseRef(change.ref);
  if (ref === undefined) return undefined;
  const directory = bitbucket.store.gitDirectory(repository);
  const [old, head] = await Promise.all([
    readTip(bitbucket, directory, change.old),
    readTip(bitbucket, directory, change.new),
  ]);
  if (old === null && head === null) return undefined;
  const side = async (tip: Tip | null) =>
    tip === null
      ? null
      : {
          ...refInPayload(bitbucket, repository, ref.kind, ref.name, tip.commit),
          ...(ref.kind === 'tag' ? await tagDetails(bitbucket, directory, tip) : {}),
        };
  return {
    old: await side(old),
    new: await side(head),
    created: old === null,
    closed: head === null,
    forced: old !== null && head !== null && (await isForced(bitbucket, directory, ref, old, head)),
    ...(head === null
      ? {}
      : { links: changeLinks(bitbucket, repository, ref, { old: change.old, head: head.object }) }),
    ...(head !== null && ref.kind === 'branch'
      ? await pushedCommits(bitbucket, repository, head, old)
      : { truncated: false }),
  };
}

/** The `push` member of a `repo:push` payload; undefined if no branch or tag changed. */
export async function pushPayload(
  bitbucket: Bitbucket,
  repository: Repository,
  changes: readonly RefChange[],
): Promise<Resource | undefined> {
  const resources: Resource[] = [];
  let size = 0;
  for (const change of changes) {
    const resource = await changeResource(bitbucket, repository, change);
    if (resource === undefined) continue;
    resources.push(resource);
    size += JSON.stringify(resource).length;
    // Beyond the limit the payload is not sent, so the remaining changes need not be read.
    if (size > PAYLOAD_LIMIT_BYTES) break;
  }
  return resources.length === 0 ? undefined : { changes: resources };
}
