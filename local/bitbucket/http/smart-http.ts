import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import type { Bitbucket } from '../bitbucket.ts';
import { announceRefChanges } from '../changes/pushes.ts';
import { serveGitBackend } from '../git/http-backend.ts';
import { NO_OBJECT, type RefChange } from '../git/refs.ts';
import type { Account, Repository } from '../store/records.ts';
import { HttpError } from './errors.ts';
import { sendText } from './messages.ts';

type Service = 'git-upload-pack' | 'git-receive-pack';

/** What a git client asks of a repository. */
export interface GitRequest {
  readonly path: 'info/refs' | Service;
  readonly service: Service;
}

/** Recognises smart HTTP by what follows the repository's own path; undefined for everything else. */
export function parseGitRequest(path: string | undefined, query: URLSearchParams): GitRequest | undefined {
  if (path === 'git-upload-pack' || path === 'git-receive-pack') return { path, service: path };
  const service = query.get('service');
  if (path !== 'info/refs') return undefined;
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') return undefined;
  return { path, service };
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

/** Who may do what they asked for, and with which repository. */
export interface GitAccess {
  readonly repository: Repository;
  readonly actor: Account;
  /** The name that git itself is told. */
  readonly login: string;
}

interface Exchange {
  readonly bitbucket: Bitbucket;
  readonly git: GitRequest;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function run(exchange: Exchange, access: GitAccess, extra: Record<string, string>): Promise<void> {
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

/** Lets git take a push, then announces what its hook reports. */
async function receivePush(exchange: Exchange, access: GitAccess): Promise<void> {
  const { bitbucket } = exchange;
  const report = join(bitbucket.git.env['HOME'] ?? '.', 'pushes', randomUUID());
  mkdirSync(dirname(report), { recursive: true });
  await run(exchange, access, { BOUGH_PUSH_REPORT: report });
  const changes = await readFile(report, 'utf8').then(parsePushReport, () => []);
  await rm(report, { force: true });
  if (changes.length > 0) announceRefChanges(bitbucket, access.repository, changes, access.actor);
}

/**
 * Serves a clone, fetch or push. `grant` checks the credentials as the face's API does; what it throws is
 * answered as text, which git shows.
 */
export async function serveGit(exchange: Exchange, grant: () => GitAccess): Promise<void> {
  const { git, response } = exchange;
  try {
    const access = grant();
    if (git.path === 'git-receive-pack') await receivePush(exchange, access);
    else await run(exchange, access, {});
  } catch (error) {
    if (!(error instanceof HttpError) || response.headersSent) throw error;
    sendText(response, error.status, `${error.message}\n`, error.headers);
  }
}
