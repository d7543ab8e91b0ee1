import type { Exchange } from '../http/exchange.ts';
import { type GitAccess, type GitRequest, parseGitRequest, serveGit } from '../http/smart-http.ts';
import { actorOf } from './accounts.ts';
import { type Credentials, canAccess, requireScopes } from './credentials.ts';
import { ApiError, MovedError } from './errors.ts';
import { cloneUrl } from './repository-resource.ts';

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

interface Target {
  readonly workspace: string;
  readonly slug: string;
  readonly git: GitRequest;
}

function authorise(
  { bitbucket, url, request }: Exchange,
  credentials: Credentials,
  target: Target,
): GitAccess {
  const { workspace, slug, git } = target;
  const principal = credentials.authenticate(request.headers.authorization);
  const repository = bitbucket.store.find(workspace, slug);
  const renamed = bitbucket.store.findByFormerName(workspace, slug);
  if (repository === undefined && renamed !== undefined) {
    throw new MovedError(`${cloneUrl(bitbucket, renamed)}/${git.path}${url.search}`);
  }
  if (repository === undefined || !canAccess(principal, repository.workspace)) {
    throw new ApiError(404, `Repository ${workspace}/${slug} not found.`);
  }
  requireScopes(principal, [git.service === 'git-receive-pack' ? 'repository:write' : 'repository']);
  const login = principal.kind === 'user' ? principal.name : 'x-token-auth';
  return { repository, actor: actorOf(principal, repository), login };
}

/** Serves git at `/workspace/repository.git`; undefined for any other path. */
export function findGit(exchange: Exchange, credentials: Credentials): Promise<void> | undefined {
  const { url } = exchange;
  const [, workspace = '', slug = '', path] = PATH.exec(url.pathname) ?? [];
  const git = parseGitRequest(path, url.searchParams);
  if (git === undefined) return undefined;
  const target = { workspace, slug, git };
  return serveGit({ ...exchange, git }, () => authorise(exchange, credentials, target));
}
