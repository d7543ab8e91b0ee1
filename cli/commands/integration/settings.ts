import { isLoopback } from '../../api/address.ts';
import { CliError } from '../../errors.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { booleanOf, type IntegrationOptions, wholeNumber } from '../options.ts';

/** The integration types, and the options that only one of them has. */
const connectionFlags = {
  bitbucket: { key: 'key', secret: 'secret' },
  bitbucket_server: { 'bitbucket-url': 'bitbucketUrl', username: 'username', token: 'token' },
} as const satisfies Record<string, Record<string, keyof IntegrationOptions>>;

/** The type of an integration. */
export type IntegrationType = keyof typeof connectionFlags;

/** The type of `--type`. Throws `CliError` when it is missing or unknown. */
export function typeOf({ type }: IntegrationOptions): IntegrationType {
  if (type === undefined) throw new CliError('--type is required');
  if (type === 'bitbucket' || type === 'bitbucket_server') return type;
  const available = Object.keys(connectionFlags).join(', ');
  throw new CliError(
    `The integration type '${type}' is not available on this project. Available: ${available}`,
  );
}

/** Throws `CliError` for an option of another integration type. */
export function rejectOptionsOfOtherTypes(type: string, options: IntegrationOptions): void {
  for (const [owner, flags] of Object.entries(connectionFlags)) {
    if (owner === type) continue;
    for (const [flag, option] of Object.entries(flags)) {
      if (options[option] === undefined) continue;
      throw new CliError(`The option --${flag} cannot be used with the integration type ${type}.`);
    }
  }
}

/** Throws `CliError` when a new integration lacks a required option. */
export function requireConnectionOptions(type: IntegrationType, options: IntegrationOptions): void {
  const needed = Object.entries({ repository: 'repository', ...connectionFlags[type] } as const);
  const missing = needed.filter(([, option]) => !options[option]);
  if (missing.length > 0) throw new CliError(missing.map(([flag]) => `--${flag} is required`).join('\n'));
}

/** The current settings that a change depends on. */
interface CurrentSettings {
  fetch_branches: boolean;
  app_credentials?: { key: string } | undefined;
}

/** Converts the options into the API's fields. Omitted options are undefined and are not sent. */
export function settingsOf(options: IntegrationOptions, current: CurrentSettings) {
  const fetch_branches = booleanOf('fetch-branches', options.fetchBranches);
  const prune_branches = booleanOf('prune-branches', options.pruneBranches);
  const isFetching = fetch_branches ?? current.fetch_branches;
  const isSaid = fetch_branches !== undefined || prune_branches !== undefined;
  return {
    repository: options.repository,
    app_credentials: oauthConsumer(options, current.app_credentials?.key),
    url: options.bitbucketUrl,
    username: options.username,
    token: options.token,
    fetch_branches,
    // A prune compares with fetched branches.
    prune_branches: isSaid && !isFetching ? false : prune_branches,
    prune_grace_hours: hoursOf(options.pruneGrace),
    prune_limit: limitOf(options.pruneLimit),
    build_pull_requests: booleanOf('build-pull-requests', options.buildPullRequests),
    build_fork_pull_requests: options.buildForkPullRequests,
    pull_requests_clone_parent_data: booleanOf(
      'pull-requests-clone-parent-data',
      options.pullRequestsCloneParentData,
    ),
    resync_pull_requests: booleanOf('resync-pull-requests', options.resyncPullRequests),
    environment_init_resources: options.resourcesInit,
    public_pages: booleanOf('public-pages', options.publicPages),
  };
}

/** Warns about options without effect and about an unencrypted connection. */
export function warnAboutSettings(
  terminal: Terminal,
  options: IntegrationOptions,
  settings: ReturnType<typeof settingsOf>,
): void {
  if (booleanOf('prune-branches', options.pruneBranches) && settings.prune_branches === false) {
    terminal.info('Warning: --prune-branches has no effect without --fetch-branches.');
  }
  const url = settings.url !== undefined && URL.canParse(settings.url) ? new URL(settings.url) : null;
  if (url?.protocol === 'http:' && !isLoopback(url)) {
    terminal.info(`Warning: the token is sent unencrypted to ${url.host}. Use https.`);
  }
}

/** The OAuth consumer. A new secret without a key belongs to the current key. */
function oauthConsumer({ key, secret }: IntegrationOptions, current: string | undefined) {
  if (key === undefined && secret === undefined) return undefined;
  if (!secret) throw new CliError('--secret is required');
  const used = key ?? current;
  if (!used) throw new CliError('--key is required');
  return { key: used, secret };
}

function hoursOf(value: string | undefined): number | undefined {
  return value === undefined ? undefined : wholeNumber('prune-grace', 0).parse(value);
}

/** Parses `10`, `30%` or `10,30%`. A missing part is 0, so that the other one alone is the limit. */
function limitOf(value: string | undefined): { environments: number; percent: number } | undefined {
  if (value === undefined) return undefined;
  const [, environments, percent] =
    /^(?:(\d{1,6}))?(?:(?:^|,)(\d{1,3})%)?$/.exec(value.replaceAll(' ', '')) ?? [];
  if (environments === undefined && percent === undefined) {
    throw new CliError(`Invalid value for '--prune-limit': ${value} (expected a limit like 5, 20% or 5,20%)`);
  }
  return { environments: Number(environments ?? 0), percent: Number(percent ?? 0) };
}
