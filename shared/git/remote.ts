import type { Network } from '../runtime/network.ts';
import type { GitLimits } from './limits.ts';

/** A repository that is read over smart HTTP. */
export interface GitRemote {
  /** For example `https://bitbucket.org/o/r.git`, without credentials. */
  url: string;
  /** Sent with every request, for example `{ authorization: 'Bearer …' }`. */
  headers: Record<string, string>;
  /** The way to it. */
  network: Network;
  /** How long the server may stay silent, before its answer and within it. Default: a minute. */
  timeoutMs?: number;
  /** Less than the usual limits for what the server sends. */
  limits?: Partial<GitLimits>;
}

/** The remote's name in messages: host and path only, since a URL can carry secrets elsewhere. */
export function remoteName(remote: GitRemote): string {
  if (!URL.canParse(remote.url)) return 'the repository';
  const { host, pathname } = new URL(remote.url);
  return `${host}${pathname}`;
}
