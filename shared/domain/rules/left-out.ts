import { branchNameProblem } from '../deliveries/branch-name.ts';
import { eventProblem } from '../deliveries/event-problem.ts';
import { pullRequestEnvironment } from '../deliveries/source-event.ts';
import type { IntegrationOptions } from '../integrations/integration.ts';
import { shown } from '../values/text.ts';
import type { Observation } from './reconcile.ts';

/** The most names that the text lists; the others are counted. */
const mostNames = 5;

type Options = Pick<IntegrationOptions, 'fetch_branches' | 'build_pull_requests'>;

/**
 * The branches, tags and open pull requests that have no environment because of their names, in one line; null for none.
 * Git allows names that are not UTF-8; keys of the table do not.
 */
export function explainLeftOut(
  { branches, unreadable, pullRequests }: Omit<Observation, 'mirrored'>,
  { fetch_branches, build_pull_requests }: Options,
): string | null {
  const nameless = fetch_branches ? [...unreadable] : [];
  const problems = [
    ...nameless.slice(0, mostNames).map((ref) => `the name of ${shown(ref)} is not UTF-8`),
    ...(fetch_branches ? [...branches.keys()].flatMap((branch) => branchNameProblem(branch) ?? []) : []),
    ...(build_pull_requests ? (pullRequests?.list ?? []) : []).flatMap(
      (pull_request) => eventProblem({ type: 'pull_request.updated', pull_request }) ?? [],
    ),
    ...(fetch_branches && build_pull_requests ? conflicts(branches, pullRequests) : []),
  ];
  if (problems.length === 0) return null;
  const more = problems.length + Math.max(nameless.length - mostNames, 0) - mostNames;
  const list = [...problems.slice(0, mostNames), ...(more > 0 ? [`${more} more`] : [])];
  return `Left out because of a name: ${list.join('; ')}`;
}

/** Pull requests with the environment id of a branch. The first of the two has the environment. */
function conflicts(branches: Observation['branches'], pullRequests: Observation['pullRequests']): string[] {
  return (pullRequests?.list ?? []).flatMap(({ number }) => {
    const id = pullRequestEnvironment(number);
    return branches.has(id)
      ? [
          `the branch ${id} and pull request #${number} both need the environment ${id}, and the first of them has it: rename the branch`,
        ]
      : [];
  });
}
