import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { processRefChanges } from '../changes/pushes.ts';
import { serveGitBackend } from '../git/http-backend.ts';
import { NO_OBJECT, type RefChange } from '../git/refs.ts';
import type { Account, Repository } from '../store/records.ts';
import { HttpError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { sendText } from './messages.ts';

type Service = 'git-upload-pack' | 'git-receive-pack';

/** A smart HTTP request of a git client. */
export interface GitRequest {
  readonly path: 'info/refs' | Service;
  readonly service: Service;
}

/** Parses the part of a path that follows the repository's; undefined for anything but smart HTTP. */
export function parseGitRequest(path: string | undefined, query: URLSearchParams): GitRequest | undefined {
  if (path === 'git-upload-pack' || path === 'git-receive-pack') return { path, service: path };
  const service = query.get('service');
  if (path !== 'info/refs') return undefined;
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') return undefined;
  return { path, service };
}

/** Parses the input of a post-receive hook: per line the old object, the new object and the ref. */
export function parsePushReport(report: string): RefChange[] {
  const object = (hash: string) => (hash === NO_OBJECT ? null : hash);
  return report.split('\n').flatMap((line) => {
    const [old, head, ref] = line.split(' ');
    if (old === undefined || head === undefined || ref === undefined) return [];
    return [{ ref, old: object(old), new: object(head) }];
  });
}

/** The result of authorising a git request. */
export interface GitAccess {
  readonly repository: Repository;
  readonly actor: Account;
  /** `REMOTE_USER` of the git process. */
  readonly login: string;
}

interface GitExchange extends Exchange {
  readonly git: GitRequest;
}

async function run(exchange: GitExchange, access: GitAccess, extra: Record<string, string>): Promise<void> {
  const { bitbucket, git, request, response } = exchange;
  const env = {
    ...bitbucket.git.env,
    ...extra,
    GIT_PROJECT_ROOT: dirname(bitbucket.store.gitDirectory(access.repository)),
    PATH_INFO: `/repository.git/${git.path}`,
    REMOTE_USER: access.login,
  };
  const stderr = await serveGitBackend({ request, response, env, signal: bitbucket.git.signal });
  if (stderr !== '') bitbucket.log(`${git.service}: ${stderr}`);
}

/** Lets git receive a push, then processes the ref changes that its hook reported. */
async function receivePush(exchange: GitExchange, access: GitAccess): Promise<void> {
  const { bitbucket } = exchange;
  const report = join(bitbucket.git.env['HOME'] ?? '.', 'pushes', randomUUID());
  mkdirSync(dirname(report), { recursive: true });
  await run(exchange, access, { BOUGH_PUSH_REPORT: report });
  const changes = await readFile(report, 'utf8').then(parsePushReport, () => []);
  await rm(report, { force: true });
  if (changes.length > 0) processRefChanges(bitbucket, access.repository, changes, access.actor);
}

/**
 * Serves a clone, fetch or push. `authorise` checks the credentials and returns the repository; an HttpError that
 * it throws is sent as text, which git shows to its user.
 */
export async function serveGit(exchange: GitExchange, authorise: () => GitAccess): Promise<void> {
  const { git, response } = exchange;
  try {
    const access = authorise();
    if (git.path === 'git-receive-pack') await receivePush(exchange, access);
    else await run(exchange, access, {});
  } catch (error) {
    if (!(error instanceof HttpError) || response.headersSent) throw error;
    sendText(response, error.status, `${error.message}\n`, error.headers);
  }
}
