import type { PullRequest } from '../../domain/deliveries/source-event.ts';
import { longestTitle } from '../../domain/environments/title.ts';
import { cut } from '../../domain/values/text.ts';
import { branchName, commitIn, fullName } from './names.ts';
import type { PullRequestResponse } from './payload-schema.ts';

/** Converts a pull request from an API response or a webhook payload, which have the same format. */
export function toPullRequest({ id, title, fromRef, toRef }: PullRequestResponse): PullRequest {
  return {
    number: id,
    title: cut(title ?? '', longestTitle),
    source: {
      branch: branchName(fromRef.id),
      commit: commitIn(fromRef.latestCommit),
      repository: fullName(fromRef.repository),
    },
    target: { branch: branchName(toRef.id) },
    fork: !isSame(fromRef.repository, toRef.repository),
  };
}

type Repository = PullRequestResponse['fromRef']['repository'];

/** A deleted source repository was a fork, since a branch cannot outlive its own repository. */
function isSame(source: Repository, target: Repository): boolean {
  if (!source || !target) return false;
  if (source.id && target.id) return source.id === target.id;
  const name = fullName(source);
  return name !== null && name.toLowerCase() === fullName(target)?.toLowerCase();
}
