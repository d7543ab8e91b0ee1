import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { actorOf } from './accounts.ts';
import type { Bitbucket } from './bitbucket.ts';
import { type Credentials, type Principal, requireScopes } from './credentials.ts';
import { ApiError } from './errors.ts';
import { serveGitBackend } from './git-backend.ts';
import { sendText } from './http.ts';
import { announceRefChanges } from './ref-changes.ts';
import { NO_OBJECT, type RefChange } from './refs.ts';
import type { Repository } from './state.ts';

/** What a git client asks of which repository. */
export interface GitRequest {
  readonly workspace: string;
  readonly slug: string;
  readonly path: 'info/refs' | 'git-upload-pack' | 'git-receive-pack';
  readonly service: 'git-upload-pack' | 'git-receive-pack';
}

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Recognises smart HTTP; undefined for everything else. */
export function parseGitRequest(url: URL): GitRequest | undefined {
  const [, workspace, slug, path] = PATH.exec(url.pathname) ?? [];
  if (workspace === undefined || slug === undefined) return undefined;
  const names = { workspace, slug };
  if (path === 'git-upload-pack' || path === 'git-receive-pack') return { ...names, path, service: path };
  const service = url.searchParams.get('service');
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') return undefined;
  return { ...names, path: 'info/refs', service };
}

/** One line per ref, as git gives it to a post-receive hook: old object, new object, name. */
export function parsePushReport(report: string): RefChange[] {
  const object = (hash: string) => (hash === NO_OBJECT ? null : hash);
  return report.split('\n').flatMap((line) => {
    const [old, head, ref] = line.split(' ');
    if (old === undefined || head === undefined || ref === undefined) return [];
    return [{ ref, old: object(old), new: object(head) }];
  });
}

interface Exchange {
  readonly bitbucket: Bitbucket;
  readonly repository: Repository;
  readonly git: GitRequest;
  readonly principal: Principal;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function run(exchange: Exchange, extra: Record<string, string>): Promise<void> {
  const { bitbucket, repository, git, principal, request, response } = exchange;
  const env = {
    ...bitbucket.git.env,
    ...extra,
    GIT_PROJECT_ROOT: dirname(bitbucket.store.gitDirectory(repository)),
    PATH_INFO: `/repository.git/${git.path}`,
    REMOTE_USER: principal.kind === 'user' ? principal.name : 'x-token-auth',
  };
  const stderr = await serveGitBackend({ request, response, env, signal: bitbucket.git.signal });
  if (stderr !== '') bitbucket.log(`${git.service}: ${stderr}`);
}

/** Lets git take a push, then announces what its hook reports. */
async function receivePush(exchange: Exchange): Promise<void> {
  const { bitbucket, repository, principal } = exchange;
  const report = join(bitbucket.git.env['HOME'] ?? '.', 'pushes', randomUUID());
  mkdirSync(dirname(report), { recursive: true });
  await run(exchange, { BOUGH_PUSH_REPORT: report });
  const changes = await readFile(report, 'utf8').then(parsePushReport, () => []);
  await rm(report, { force: true });
  if (changes.length > 0) announceRefChanges(bitbucket, repository, changes, actorOf(principal, repository));
}

/** Serves a clone, fetch or push with the same credentials checks as the API. */
export async function serveGit(
  bitbucket: Bitbucket,
  credentials: Credentials,
  git: GitRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const principal = credentials.authenticate(request.headers.authorization);
    const repository = bitbucket.store.find(git.workspace, git.slug);
    if (repository === undefined) {
      throw new ApiError(404, `Repository ${git.workspace}/${git.slug} not found.`);
    }
    const isPush = git.service === 'git-receive-pack';
    requireScopes(principal, [isPush ? 'repository:write' : 'repository']);
    const exchange = { bitbucket, repository, git, principal, request, response };
    if (git.path === 'git-receive-pack') await receivePush(exchange);
    else await run(exchange, {});
  } catch (error) {
    if (!(error instanceof ApiError) || response.headersSent) throw error;
    const headers: Record<string, string> =
      error.status === 401 ? { 'WWW-Authenticate': 'Basic realm="Bitbucket"' } : {};
    sendText(response, error.status, `${error.message}\n`, headers);
  }
}
