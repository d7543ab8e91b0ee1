import type { PullRequestListing, PullRequestReading } from '../../domain/deliveries/pull-request.ts';
import type { PullRequest } from '../../domain/deliveries/source-event.ts';
import { BoughError } from '../../errors.ts';

interface Source {
  /** Reads the pull request's own resource; null when the server responds that it does not exist. */
  read(): Promise<{ state: string; pull_request: PullRequest } | null>;
  listOpen(mostPages: null): Promise<PullRequestListing>;
}

const ends: readonly string[] = ['MERGED', 'DECLINED', 'SUPERSEDED'];

/**
 * Reads whether a pull request is open, ended or absent. "Not found" alone proves nothing: the endpoint may be in a
 * brown-out, or a permission may be missing for a moment. So the complete list of open pull requests must agree.
 * @throws BoughError git_host_behind for a state that Bough does not know
 */
export async function readPullRequest(
  number: number,
  { read, listOpen }: Source,
): Promise<PullRequestReading> {
  const found = await read();
  if (!found) {
    const { list } = await listOpen(null);
    const listed = list.find((pull_request) => pull_request.number === number);
    return listed ? { state: 'open', pull_request: listed } : { state: 'absent' };
  }
  const { state, pull_request } = found;
  if (pull_request.number !== number)
    throw new BoughError('git_host_behind', `Bitbucket answered with another pull request than #${number}.`);
  if (state === 'OPEN') return { state: 'open', pull_request };
  if (ends.includes(state)) return { state: 'ended' };
  throw new BoughError('git_host_behind', `Bitbucket returned an unknown state of pull request #${number}.`);
}
