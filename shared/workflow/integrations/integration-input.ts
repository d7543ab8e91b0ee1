import type { Access, IntegrationOptions } from '../../domain/integrations/integration.ts';
import type { PruneLimit } from '../../domain/rules/prune-limit.ts';
import type { BoughError } from '../../errors.ts';
import { invalid } from './steps/check-repository.ts';

/** The options that a user sets; omitted options keep their values. */
export type OptionInput = Partially<Omit<IntegrationOptions, 'prune_limit'>> & {
  prune_limit?: Partially<PruneLimit> | undefined;
};

type Partially<T> = { [Name in keyof T]?: T[Name] | undefined };

/** A user's input for a new integration; omitted options have their defaults. */
export type NewIntegration = OptionInput & {
  /** `owner/name` (on a server `PROJECT/name` or `~user/name`), or the repository's URL. */
  repository: string;
  /** Adopt the environments of a former integration even when it had another repository. */
  adopt?: boolean | undefined;
} & NewAccess;

/** The access to Bitbucket that a user enters, with its secret. */
export type NewAccess =
  | { type: 'bitbucket'; app_credentials: { key: string; secret: string } }
  | { type: 'bitbucket_server'; url: string; username: string; token: string };

/** The secret part of the access: the OAuth consumer's secret or the token. */
export function secretOf(access: NewAccess): string {
  return access.type === 'bitbucket' ? access.app_credentials.secret : access.token;
}

/**
 * The public part of the access.
 * @throws BoughError `invalid` for an invalid URL
 */
export function accessOf(access: NewAccess): Access {
  if (access.type === 'bitbucket')
    return { type: access.type, app_credentials: { key: access.app_credentials.key } };
  return { type: access.type, url: baseUrl(access.url), username: access.username };
}

/** The options with a user's changes. */
export function mergeOptions(base: IntegrationOptions, input: OptionInput): IntegrationOptions {
  return {
    fetch_branches: input.fetch_branches ?? base.fetch_branches,
    prune_branches: input.prune_branches ?? base.prune_branches,
    prune_grace_hours: input.prune_grace_hours ?? base.prune_grace_hours,
    prune_limit: {
      environments: input.prune_limit?.environments ?? base.prune_limit.environments,
      percent: input.prune_limit?.percent ?? base.prune_limit.percent,
    },
    build_pull_requests: input.build_pull_requests ?? base.build_pull_requests,
    pull_requests_clone_parent_data:
      input.pull_requests_clone_parent_data ?? base.pull_requests_clone_parent_data,
    resync_pull_requests: input.resync_pull_requests ?? base.resync_pull_requests,
    environment_init_resources: input.environment_init_resources ?? base.environment_init_resources,
    build_fork_pull_requests: input.build_fork_pull_requests ?? base.build_fork_pull_requests,
    public_pages: input.public_pages ?? base.public_pages,
    // Null is a value here (all pages), so only undefined keeps the current value.
    pull_requests_max_pages:
      input.pull_requests_max_pages === undefined
        ? base.pull_requests_max_pages
        : input.pull_requests_max_pages,
  };
}

/** Characters of a URL that a user enters. */
export const longestUrl = 2_000;

/**
 * A Bitbucket server's base URL, with its context path and without a trailing slash.
 * @throws BoughError `invalid`
 */
export function baseUrl(text: string): string {
  const url = text.length <= longestUrl && URL.canParse(text) ? new URL(text) : null;
  const isOther = url && (url.username || url.password || url.search || url.hash);
  if (!url || isOther || !/^https?:$/.test(url.protocol))
    throw invalid('url', 'Must be the URL of the server, for example https://bitbucket.example.com');
  // Not `href`, which keeps the question mark of an empty query.
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

const part = '[\\w.{}~-]+';
const plain = new RegExp(`^(?<owner>${part})/(?<name>${part})$`);
/** The paths of repository URLs on Bitbucket Cloud and on a server. */
const shapes = [
  // A server's pages: …/projects/KEY/repos/name/browse, …/users/name/repos/name
  new RegExp(`(?:^|/)projects/(?<owner>${part})/repos/(?<name>${part})(?:/.*)?$`, 'i'),
  new RegExp(`(?:^|/)users/(?<user>${part})/repos/(?<name>${part})(?:/.*)?$`, 'i'),
  // A server's clone URL
  new RegExp(`(?:^|/)scm/(?<owner>${part})/(?<name>${part})$`, 'i'),
  plain,
];
/** Bitbucket Cloud's pages: owner/name/src/main/README.md, owner/name/pull-requests/1 */
const cloudPage = new RegExp(
  `^(?<owner>${part})/(?<name>${part})/(?:admin|branch|branches|commits|deployments|diff|downloads|forks|issues|jira|overview|pipelines|pull-requests|raw|settings|src|wiki)(?:/.*)?$`,
);

/**
 * A repository's `owner/name`, from that form, a web or clone URL, or git's SSH shorthand.
 * @param home a URL on the integration's Bitbucket, whose host the repository must have
 * @throws BoughError `invalid`
 */
export function repositoryPath(text: string, home: string): string {
  if (text.length > longestUrl) throw invalidName();
  const url = urlIn(text);
  const [host, wanted] = [url && hostOf(url), hostOf(new URL(home))];
  if (url && host !== wanted && !mayDiffer(url, wanted)) {
    throw invalid('repository', `Is on ${host}, and this integration is with ${wanted}`);
  }
  const path = decode(url ? url.pathname : text)
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');
  const found = (url ? [...shapes, cloudPage] : [plain]).map((shape) => shape.exec(path)).find(Boolean);
  const { owner, user, name } = found?.groups ?? {};
  const parts = [user === undefined ? owner : `~${user}`, name];
  if (parts.some((segment) => segment === undefined || /^\.+$/.test(segment))) throw invalidName();
  return parts.join('/');
}

/** The parsed URL; null for other text. `git@host:owner/name` means `ssh://git@host/owner/name`. */
function urlIn(text: string): URL | null {
  const [, login, path] = /^(\w+@[\w.-]+):(?!\/)(.+)$/s.exec(text) ?? [];
  const url = path === undefined ? text : `ssh://${login}/${path}`;
  return /^(?:https?|ssh):/i.test(url) && URL.canParse(url) ? new URL(url) : null;
}

const cloudHost = 'bitbucket.org';

/** The host name; for Bitbucket Cloud without the prefixes of its web and SSH hosts. */
function hostOf({ hostname }: URL): string {
  return hostname.toLowerCase().replace(/^(?:www|ssh|altssh)\.(?=bitbucket\.org$)/, '');
}

/** An SSH URL of a Bitbucket server may have its own host. The path identifies the repository. */
function mayDiffer(url: URL, wanted: string): boolean {
  return url.protocol === 'ssh:' && wanted !== cloudHost && hostOf(url) !== cloudHost;
}

function invalidName(): BoughError {
  return invalid('repository', 'Must be `owner/name`, for example `acme/website`');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
