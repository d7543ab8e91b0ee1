import type { PullRequest } from '../../domain/deliveries/source-event.ts';
import { longestTitle } from '../../domain/environments/title.ts';
import { cut } from '../../domain/values/text.ts';
import { branchName, commitIn, fullName } from './names.ts';
import type { PullRequestAnswer } from './schema.ts';

/** A pull request of the API's answers, or of a webhook's payload: they are alike. */
export function toPullRequest({ id, title, fromRef, toRef }: PullRequestAnswer): PullRequest {
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

type Repository = PullRequestAnswer['fromRef']['repository'];

/** A source repository that is gone was a fork: a branch of ours cannot outlive its repository. */
function isSame(source: Repository, target: Repository): boolean {
  if (!source || !target) return false;
  if (source.id && target.id) return source.id === target.id;
  const name = fullName(source);
  return name !== null && name.toLowerCase() === fullName(target)?.toLowerCase();
}
