import { branchNameProblem } from './branch-name.ts';
import { eventProblem } from './event-problem.ts';
import type { Observation } from './reconcile.ts';
import { shown } from './text.ts';

/** So many names are told; more are counted. */
const mostTold = 5;

/**
 * The branches, tags and open pull requests of a repository that are left out because of a name, in one line; null when
 * none is. An environment's name is a key of the table, and what git takes for bytes is text everywhere else.
 */
export function explainLeftOut({
  branches,
  unreadable,
  pullRequests,
}: Omit<Observation, 'mirrored'>): string | null {
  const told = [
    ...[...unreadable].slice(0, mostTold).map((ref) => `the name of ${shown(ref)} is not UTF-8`),
    ...[...branches.keys()].flatMap((branch) => branchNameProblem(branch) ?? []),
    ...(pullRequests?.list ?? []).flatMap(
      (pull_request) => eventProblem({ type: 'pull_request.updated', pull_request }) ?? [],
    ),
  ];
  if (told.length === 0) return null;
  const more = told.length + Math.max(unreadable.size - mostTold, 0) - mostTold;
  const list = [...told.slice(0, mostTold), ...(more > 0 ? [`${more} more`] : [])];
  return `Left out because of a name: ${list.join('; ')}`;
}
