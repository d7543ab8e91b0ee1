import { HttpError } from '../http/errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { matchPath } from '../http/router.ts';
import { type GitAccess, type GitRequest, parseGitRequest, serveGit } from '../http/smart-http.ts';
import { actorOf, hasPermission, type ServerCredentials } from './credentials.ts';
import { requireRepository } from './repositories.ts';

interface Target {
  readonly project: string;
  readonly slug: string;
  readonly git: GitRequest;
}

function authorise(
  { bitbucket, request }: Exchange,
  credentials: ServerCredentials,
  { project, slug, git }: Target,
): GitAccess {
  const principal = credentials.authenticate(request.headers.authorization);
  if (!hasPermission(principal, git.service === 'git-receive-pack' ? 'write' : 'read')) {
    throw new HttpError(403, 'You do not have permission to push to this repository.');
  }
  const repository = requireRepository(bitbucket, principal, project, slug);
  return { repository, actor: actorOf(principal), login: principal.name };
}

/** Serves git at `/scm/project/repository.git`, below the context path; undefined for any other path. */
export function findGit(
  exchange: Exchange,
  path: string,
  credentials: ServerCredentials,
): Promise<void> | undefined {
  const names = matchPath('/scm/{project}/{repository}/{rest+}', path) ?? {};
  const git = parseGitRequest(names['rest'], exchange.url.searchParams);
  if (git === undefined) return undefined;
  const slug = (names['repository'] ?? '').replace(/\.git$/, '');
  const target = { project: names['project'] ?? '', slug, git };
  return serveGit({ ...exchange, git }, () => authorise(exchange, credentials, target));
}
