import type { Network } from '../runtime/http/network.ts';
import type { GitLimits } from './limits.ts';

/** A repository that is read over smart HTTP. */
export interface GitRemote {
  /** For example `https://bitbucket.org/o/r.git`, without credentials. */
  url: string;
  /** Sent with every request, for example `{ authorization: 'Bearer …' }`. */
  headers: Record<string, string>;
  /** Decides which hosts and addresses may be reached. */
  network: Network;
  /** The longest silence of the server, before and within the response. Default: one minute. */
  timeoutMs?: number;
  /** Overrides the default limits on the server's responses. */
  limits?: Partial<GitLimits>;
}

/** The remote's name in messages: host and path, because other parts of a URL may contain secrets. */
export function remoteName(remote: GitRemote): string {
  if (!URL.canParse(remote.url)) return 'the repository';
  const { host, pathname } = new URL(remote.url);
  return `${host}${pathname}`;
}
