import type { PullRequest } from '../../domain/deliveries/source-event.ts';
import { longestTitle } from '../../domain/environments/title.ts';
import { cut } from '../../domain/values/text.ts';
import type { PullRequestResponse } from './schema.ts';

/** Converts a pull request from an API response or a webhook payload, which have the same format. */
export function toPullRequest({ id, title, source, destination }: PullRequestResponse): PullRequest {
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

type Repository = PullRequestResponse['source']['repository'];

/** A deleted source repository was a fork, since a branch cannot outlive its own repository. */
function isSame(source: Repository, target: Repository): boolean {
  if (!source || !target) return false;
  if (source.uuid && target.uuid) return source.uuid === target.uuid;
  // Old payloads and some REST responses identify a repository by name only.
  return !!source.full_name && source.full_name.toLowerCase() === target.full_name?.toLowerCase();
}
