import type { PullRequest } from '../../domain/deliveries/source-event.ts';
import { longestTitle } from '../../domain/environments/title.ts';
import { cut } from '../../domain/values/text.ts';
import type { PullRequestAnswer } from './schema.ts';

/** A pull request of the API's answers, or of a webhook's payload: they are alike. */
export function toPullRequest({ id, title, source, destination }: PullRequestAnswer): PullRequest {
  return {
    number: id,
    title: cut(title ?? '', longestTitle),
    source: {
      branch: source.branch.name,
      commit: source.commit?.hash ?? null,
      repository: source.repository?.full_name ?? null,
    },
    target: { branch: destination.branch.name },
    fork: !isSame(source.repository, destination.repository),
  };
}

type Repository = PullRequestAnswer['source']['repository'];

/** A source repository that is gone was a fork: a branch of ours cannot outlive its repository. */
function isSame(source: Repository, target: Repository): boolean {
  if (!source || !target) return false;
  if (source.uuid && target.uuid) return source.uuid === target.uuid;
  // Old payloads, and some REST answers, name a repository without its id.
  return !!source.full_name && source.full_name.toLowerCase() === target.full_name?.toLowerCase();
}
