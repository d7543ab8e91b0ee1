import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { isAllowListRefusal } from '../runtime/http/allow-list.ts';
import { type Advertisement, type RefAdvertisement, readAdvertisement } from './advertisement.ts';
import { GitError } from './git-error.ts';
import { callGit, type GitResponse } from './http.ts';
import type { Purpose } from './limits.ts';
import { type PacketStream, readPackets } from './packet-line.ts';
import { type GitRemote, remoteName } from './remote.ts';

const infoRefs = '/info/refs?service=git-upload-pack';
const service = 'application/x-git-upload-pack';
const version2 = { 'git-protocol': 'version=2' };
/** Requests of this size and more are compressed, as in git itself. */
const compressFrom = 1024;

/**
 * Sends a protocol v2 command at once, without the usual first request for the server's capabilities: Bough uses only
 * features that every v2 server has. So listing Bitbucket's refs takes one request. An older server, or one with a moved
 * repository, responds with an error; then git's usual first request determines the protocol and the URL, and only the
 * error after that is final.
 */
export async function askUploadPack<T>(
  remote: GitRemote,
  ask: { v2: (remote: GitRemote) => Promise<T>; v0: (advertisement: RefAdvertisement) => Promise<T> },
): Promise<T> {
  try {
    return await ask.v2(remote);
  } catch (error) {
    if (!mayMeanOlderServer(error)) throw error;
  }
  const advertisement = await advertise(remote);
  return advertisement.version === 2 ? ask.v2(advertisement.remote) : ask.v0(advertisement);
}

function mayMeanOlderServer(error: unknown): boolean {
  if (!(error instanceof GitError)) return false;
  return ['git_unexpected_response', 'git_server_error', 'git_repository_not_found'].includes(error.code);
}

/** Sends one request to upload-pack and returns the packets of the response. */
export async function postUploadPack(
  remote: GitRemote,
  version: 0 | 2,
  purpose: Purpose,
  request: string,
): Promise<PacketStream> {
  const plain = Buffer.from(request);
  const compressed = plain.length > compressFrom;
  const response = await callGit(remote, {
    method: 'POST',
    path: '/git-upload-pack',
    headers: {
      'content-type': `${service}-request`,
      accept: `${service}-result`,
      ...(version === 2 ? version2 : {}),
      ...(compressed ? { 'content-encoding': 'gzip' } : {}),
    },
    body: compressed ? await promisify(gzip)(plain) : plain,
    purpose,
  });
  await expectGit(remote, response, `${service}-result`);
  return readPackets(response.chunks);
}

async function advertise(remote: GitRemote): Promise<Advertisement> {
  const accept = `${service}-advertisement`;
  const response = await callGit(remote, {
    method: 'GET',
    path: infoRefs,
    headers: { accept, ...version2 },
    purpose: 'listing',
  });
  await expectGit(remote, response, accept);
  // As in git, a redirect's target becomes the repository's URL.
  const url = response.url.endsWith(infoRefs) ? response.url.slice(0, -infoRefs.length) : remote.url;
  return readAdvertisement({ ...remote, url }, readPackets(response.chunks));
}

async function expectGit(remote: GitRemote, response: GitResponse, contentType: string): Promise<void> {
  if (response.status === 200 && response.contentType.split(';')[0]?.trim() === contentType) {
    expectPlain(remote, response);
    return;
  }
  throw refusal(remoteName(remote), response, await readNotice(response));
}

/** Rejects compressed responses, because a small one could expand to any size. */
function expectPlain(remote: GitRemote, response: GitResponse): void {
  if (['', 'identity'].includes(response.contentEncoding)) return;
  response.discard();
  throw new GitError(
    'git_protocol_violated',
    `${remoteName(remote)} compressed its response, which was not requested`,
  );
}

/**
 * The server's plain-text notice. The notice is only searched and never quoted, because a mistyped address may lead to
 * an unrelated service with secrets in its responses.
 */
async function readNotice(response: GitResponse): Promise<string> {
  let notice = '';
  if (!response.contentType.startsWith('text/plain')) {
    response.discard();
    return notice;
  }
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.chunks) {
      notice += decoder.decode(chunk, { stream: true });
      if (notice.length > 300) break;
    }
  } catch {
    // The status is reported without the incomplete notice.
  }
  return notice.slice(0, 300);
}

function refusal(name: string, { status, contentType, retryAfter }: GitResponse, notice: string): GitError {
  switch (status) {
    case 200:
      return new GitError(
        'git_unexpected_response',
        contentType.includes('html')
          ? `${name} answered with a web page, not git`
          : `${name} answered with ${contentType || 'an untyped body'}, not git`,
      );
    case 401:
    case 403:
      return isAllowListRefusal(notice)
        ? new GitError(
            'git_address_refused',
            `${name} refused the address that Bough calls from (HTTP ${status})`,
          )
        : new GitError('git_auth_failed', `${name} refused the credentials (HTTP ${status})`);
    case 404:
      return new GitError('git_repository_not_found', `${name} was not found (HTTP ${status})`);
    case 429:
      return new GitError('git_rate_limited', `${name} limits requests at present (HTTP 429)`, {
        retryAfter,
      });
    default: {
      // Services respond 410 during a brown-out.
      const isTemporary = status >= 500 || [408, 410, 425].includes(status);
      return new GitError(
        isTemporary ? 'git_server_error' : 'git_unexpected_response',
        `${name} answered HTTP ${status}`,
        { retryAfter: status === 503 ? retryAfter : undefined },
      );
    }
  }
}
