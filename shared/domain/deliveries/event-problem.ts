import { shown } from '../values/text.ts';
import { branchNameProblem } from './branch-name.ts';
import type { PullRequest, SourceEvent } from './source-event.ts';

/**
 * The reason for which an event is invalid, as a clause; null for a valid event. The signature of a delivery proves its
 * sender, not the validity of its content.
 */
export function eventProblem(event: SourceEvent): string | null {
  switch (event.type) {
    case 'branch.pushed':
      return branchNameProblem(event.branch) ?? commitProblem(event.commit);
    case 'branch.deleted':
      return branchNameProblem(event.branch);
    case 'repository.changed':
      return event.repository === undefined ? null : repositoryProblem(event.repository);
    case 'tags.changed':
      return null;
    case 'pull_request.opened':
    case 'pull_request.updated':
      return numberProblem(event.pull_request.number) ?? pullRequestProblem(event.pull_request);
    default:
      return numberProblem(event.number);
  }
}

function pullRequestProblem({ number, source, target }: PullRequest): string | null {
  const problem =
    branchNameProblem(source.branch) ??
    branchNameProblem(target.branch) ??
    (source.commit === null ? null : commitProblem(source.commit)) ??
    (source.repository === null ? null : repositoryProblem(source.repository));
  return problem && `pull request #${number}: ${problem}`;
}

function numberProblem(number: number): string | null {
  return Number.isSafeInteger(number) && number > 0 ? null : `${number} is no number of a pull request`;
}

/** Bitbucket abbreviates some ids; SHA-256 repositories have ids of 64 characters. */
function commitProblem(commit: string): string | null {
  return /^[0-9a-f]{7,64}$/.test(commit) ? null : `"${shown(commit)}" is no id of a commit`;
}

function repositoryProblem(name: string): string | null {
  const isName = name.length <= 300 && /^[^/\p{Cc}]+\/[^/\p{Cc}]+$/u.test(name);
  return isName ? null : `"${shown(name)}" is no name of a repository`;
}
