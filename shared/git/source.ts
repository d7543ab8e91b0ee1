import { sentence } from '../domain/values/text.ts';
import { BoughError, type ErrorCode } from '../errors.ts';
import type { GitSource } from '../ports/git-source.ts';
import { bundleStream } from './bundle.ts';
import { fetchPack } from './fetch-pack.ts';
import { GitError } from './git-error.ts';
import { listRefs } from './list-refs.ts';
import type { GitRemote } from './remote.ts';

/** A `GitSource` over git's smart HTTP protocol. Git errors become `BoughError`s. */
export function gitSource(remote: GitRemote): GitSource {
  return {
    listRefs: (prefixes) => translated(() => listRefs(remote, { prefixes: [...prefixes] })),
    fetchBundle: ({ refs, haves }, progress) =>
      translated(async () => {
        const pack = await fetchPack(
          remote,
          { wants: [...new Set(refs.values())], haves: [...haves] },
          { progress },
        );
        return translatedStream(bundleStream({ refs: new Map(refs), prerequisites: pack.haves }, pack));
      }),
  };
}

async function* translatedStream(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw translate(error);
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translate(error);
  }
}

const codes: Record<string, ErrorCode> = {
  git_auth_failed: 'git_host_forbidden',
  git_address_refused: 'git_host_forbidden',
  git_repository_not_found: 'git_host_not_found',
  git_rate_limited: 'git_host_rate_limited',
};

/** The error of Bough that an error of git becomes; any other error stays as it is. */
export function translate(error: unknown): unknown {
  if (!(error instanceof GitError)) return error;
  const code = codes[error.code] ?? (error.retry ? 'git_host_unavailable' : 'git_host_rejected');
  const { remedy, retryAfter } = error;
  return new BoughError(code, sentence(error.message), { cause: error, remedy, retryAfter });
}
