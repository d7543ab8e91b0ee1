import { repositoryPath } from '../addresses.ts';
import type { Bitbucket } from '../bitbucket.ts';
import type { Exchange } from '../http/exchange.ts';
import { sendText } from '../http/messages.ts';
import { matchPath } from '../http/router.ts';
import { findByName } from './repositories.ts';

const REPOSITORY = '/{kind}/{owner}/repos/{slug}';

/** The pages that have the same path below a repository in both products. */
const SAME_PAGE = /^(?:pull-requests(?:\/\d+)?|branches|commits(?:\/[0-9a-f]+)?)(?=\/|$)/;

function findPath(bitbucket: Bitbucket, path: string): string | undefined {
  const names = matchPath(REPOSITORY, path) ?? matchPath(`${REPOSITORY}/{rest+}`, path);
  if (names !== undefined) {
    const key = names['kind'] === 'users' ? `~${names['owner']}` : (names['owner'] ?? '');
    const repository = findByName(bitbucket, key, names['slug'] ?? '');
    if (repository === undefined) return undefined;
    const [page] = SAME_PAGE.exec(names['rest'] ?? '') ?? [];
    return page === undefined ? repositoryPath(repository) : `${repositoryPath(repository)}/${page}`;
  }
  const project = matchPath('/projects/{key}', path)?.['key']?.toLowerCase();
  if (bitbucket.store.list().some(({ workspace }) => workspace === project)) return `/${project}`;
  return matchPath('/users/{name}', path) === undefined ? undefined : '/';
}

/** Redirects to Cloud's pages, which show the same data. A link keeps the name under which the reader has the server. */
export function redirectToPage({ bitbucket, response }: Exchange, path: string): void {
  const page = findPath(bitbucket, path);
  if (page === undefined) sendText(response, 404, 'Not found.\n');
  else response.writeHead(302, { Location: page }).end();
}
