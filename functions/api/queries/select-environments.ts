import { type Environment, shownStatus } from '../../../shared/domain/environments/environment.ts';
import type { EnvironmentQuery } from '../inputs/environments.ts';

type Filter = Pick<EnvironmentQuery, 'status' | 'type' | 'kind' | 'search'>;

/** The environments that match a query, in their order. */
export async function* selectEnvironments(
  environments: AsyncIterable<Environment>,
  filter: Filter,
): AsyncGenerator<Environment> {
  const isFound = searcher(filter.search);
  for await (const environment of environments)
    if (fits(environment, filter) && isFound(environment)) yield environment;
}

function fits(environment: Environment, { status, type, kind }: Filter): boolean {
  const itsKind = environment.pull_request ? 'pull_request' : 'branch';
  return (
    (!status || status.includes(shownStatus(environment))) &&
    (!type || type.includes(environment.type)) &&
    (kind === undefined || kind === itsKind)
  );
}

/** The shortest beginning of a commit that a search considers, as git abbreviates commits. */
const shortestCommit = 4;

function searcher(search: string | undefined): (environment: Environment) => boolean {
  if (search === undefined) return () => true;
  const wanted = comparable(search);
  const number = wanted.replace(/^#/, '');
  return ({ id, title, head_commit, pull_request }) =>
    [id, title, pull_request?.source_branch ?? ''].some((text) => comparable(text).includes(wanted)) ||
    String(pull_request?.number) === number ||
    (wanted.length >= shortestCommit && head_commit?.startsWith(wanted) === true);
}

/** The text in one of its equivalent Unicode forms, without differences in case. */
function comparable(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
