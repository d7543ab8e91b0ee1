import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import type { Environments } from '../../../shared/ports/environments.ts';

/** Environments on a board. Everybody with its link can read it, so its cost is bounded. */
export const mostEnvironments = 500;

/** The prefix of the ids of pull requests' environments. */
const prefix = 'pr-';
/** Sort before and after every id with the prefix. */
const [beforePrefix, afterPrefix] = ['pr,\u{10ffff}', 'pr-\u{10ffff}'];

/** The environments of a board: that of the default branch, those of pull requests, then the others by name. */
export async function readBoard(
  { environments }: { environments: Pick<Environments, 'get' | 'pagesOf'> },
  { id: project, default_branch }: Project,
): Promise<{ found: Environment[]; hasMore: boolean }> {
  const found = new Map<string, Environment>();
  for await (const environment of inOrder(environments, project, default_branch)) {
    if (found.size === mostEnvironments && !found.has(environment.id))
      return { found: [...found.values()], hasMore: true };
    found.set(environment.id, environment);
  }
  return { found: [...found.values()], hasMore: false };
}

async function* inOrder(
  environments: Pick<Environments, 'get' | 'pagesOf'>,
  project: string,
  defaultBranch: string | null,
): AsyncGenerator<Environment> {
  const main = defaultBranch === null ? null : await environments.get(project, defaultBranch);
  if (main) yield main;
  for await (const environment of environments.pagesOf(project, beforePrefix)) {
    if (!environment.id.startsWith(prefix)) break;
    yield environment;
  }
  for await (const environment of environments.pagesOf(project)) {
    if (environment.id >= prefix) break;
    yield environment;
  }
  yield* environments.pagesOf(project, afterPrefix);
}
