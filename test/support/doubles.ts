import type { Build } from '../../shared/domain/builds/build.ts';
import type { PullRequest } from '../../shared/domain/deliveries/source-event.ts';
import type { Integration } from '../../shared/domain/integrations/integration.ts';
import type { WebhookState } from '../../shared/domain/integrations/webhook.ts';
import type { BuildStatus } from '../../shared/domain/statuses/build-status.ts';
import { BoughError } from '../../shared/errors.ts';
import type { ActivityLog } from '../../shared/ports/activities.ts';
import type { Builder } from '../../shared/ports/builder.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { GitHost } from '../../shared/ports/git-host.ts';
import type { GitSource } from '../../shared/ports/git-source.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import { pullRequestUrlOf, repositoryUrlOf } from '../../shared/providers/connect.ts';
import { abbreviated, aPullRequest, commit, nameOf, start } from './builders.ts';

/** A clock that advances only by `pass`, with ascending activity ids. */
export function aClock() {
  let time = Date.parse(start);
  let ids = 0;
  return {
    now: () => new Date(time).toISOString(),
    activityId: () => `activity-${String(++ids).padStart(6, '0')}`,
    pass: (minutes: number) => {
      time += minutes * 60_000;
    },
  } satisfies Clock & { pass(minutes: number): void };
}

/** The content of a Bitbucket repository: branches and pull requests. Commits have the names that tests use. */
export function aRepository(branches: Record<string, string> = { main: 'A' }) {
  const heads = new Map(Object.entries(branches));
  const pullRequests = new Map<
    number,
    { open: boolean; title: string; source: string; target: string; fork: string | null }
  >();
  /** Branches of forks, by the fork's name. */
  const forks = new Map<string, Map<string, string>>();
  return {
    head: 'main',
    heads,
    pullRequests,
    forks,
    /** Forks that the integration's credentials cannot read. */
    closedForks: new Set<string>(),
    /** References other than branches, by their full name. */
    refs: new Map<string, string>(),
    /** Full references whose names are not UTF-8, with U+FFFD in place of invalid bytes. */
    unreadable: new Set<string>(),
    /** The repository's id and name in deliveries and responses. */
    uuid: '{0f1e}',
    full_name: 'acme/website',
    /** True when git's URL redirects to the repository. */
    isMoved: false,
    push: (branch: string, name: string) => void heads.set(branch, name),
    deleteBranch: (branch: string) => heads.delete(branch),
    open(source: string, target = 'main', title = 'A better header', fork: string | null = null) {
      const number = pullRequests.size + 1;
      pullRequests.set(number, { open: true, title, source, target, fork });
      return number;
    },
    pushToFork(fork: string, branch: string, name: string) {
      forks.set(fork, (forks.get(fork) ?? new Map()).set(branch, name));
    },
    renameFork(from: string, to: string) {
      forks.set(to, forks.get(from) ?? new Map());
      forks.delete(from);
      for (const pullRequest of pullRequests.values()) if (pullRequest.fork === from) pullRequest.fork = to;
    },
    edit(number: number, changes: { title?: string; target?: string }) {
      Object.assign(pullRequests.get(number) ?? {}, changes);
    },
    end(number: number) {
      Object.assign(pullRequests.get(number) ?? {}, { open: false });
    },
    /** The pull request as Bitbucket Cloud currently returns it. */
    show(number: number): PullRequest {
      const found = pullRequests.get(number);
      if (!found) throw new Error(`Bitbucket has no pull request #${number}`);
      const { title, source, target, fork } = found;
      const name = (fork ? forks.get(fork) : heads)?.get(source);
      const isGone = fork !== null && !forks.has(fork);
      return aPullRequest({
        number,
        title,
        target,
        fork: fork !== null,
        source: {
          branch: source,
          commit: name ? abbreviated(name) : null,
          repository: isGone ? null : (fork ?? 'acme/website'),
        },
      });
    },
  };
}

/** The repository that `aRepository` creates. */
export type Repository = ReturnType<typeof aRepository>;

function closedFork(name: string): BoughError {
  return new BoughError('git_host_forbidden', `Bitbucket does not show ${name}.`);
}

/** The Bitbucket of one integration. Records calls, statuses and webhooks; `fail` makes calls fail. */
export function aGitHost(repository: Repository) {
  const calls: string[] = [];
  const statuses: BuildStatus[] = [];
  const hooks: { url: string; secret: string; state: WebhookState }[] = [];
  const permissions = { missing: [] as string[] };
  const failures = new Map<string, Error>();
  const called = async (call: string) => {
    calls.push(call);
    const failure = failures.get(call.split(' ')[0] ?? call);
    if (failure) throw failure;
  };

  const sourceOf = (fork: string | null): GitSource => ({
    async listRefs(prefixes) {
      await called(`listRefs ${prefixes.join(' ')}`);
      const branches = fork === null ? repository.heads : repository.forks.get(fork);
      if (!branches) throw new BoughError('git_host_not_found', `There is no repository ${fork}.`);
      if (fork !== null && repository.closedForks.has(fork)) throw closedFork(fork);
      const others = fork === null ? [...repository.refs] : [];
      const named = [...branches].map(([branch, name]) => [`refs/heads/${branch}`, name] as const);
      const all = [...named, ...others].map(([ref, name]) => [ref, commit(name)] as const);
      const head = `refs/heads/${repository.head}`;
      return {
        refs: new Map(all.filter(([ref]) => prefixes.some((prefix) => ref.startsWith(prefix)))),
        head: prefixes.includes('HEAD') && all.some(([ref]) => ref === head) ? head : null,
        unreadable: new Set(fork === null ? repository.unreadable : []),
        isMoved: repository.isMoved,
      };
    },
    async fetchBundle({ refs, haves }, progress) {
      await called(`fetchBundle ${[...refs.values()].map(nameOf).join(' ')}`);
      progress('Total 3 (delta 0)');
      const text = JSON.stringify({ commits: [...refs.values()], prerequisites: haves });
      return (async function* () {
        yield new TextEncoder().encode(text);
      })();
    },
  });
  const host: GitHost = {
    async repository() {
      await called('repository');
      const { uuid, full_name, head } = repository;
      return { uuid, full_name, default_branch: repository.heads.has(head) ? head : null };
    },
    /** A page has one pull request. Limited lists are newest first: callers must not depend on the order. */
    async openPullRequests(mostPages) {
      await called('openPullRequests');
      const open = [...repository.pullRequests]
        .filter(([, pullRequest]) => pullRequest.open)
        .map(([number]) => repository.show(number));
      const list = mostPages === null ? open : open.toReversed().slice(0, mostPages);
      return { list, has_more: list.length < open.length };
    },
    async pullRequest(number) {
      await called(`pullRequest ${number}`);
      const found = repository.pullRequests.get(number);
      if (!found) return { state: 'absent' };
      return found.open ? { state: 'open', pull_request: repository.show(number) } : { state: 'ended' };
    },
    takesStatusUrl: (url) => url.length <= 450,
    async reportStatus(status) {
      await called(`reportStatus ${status.state}`);
      statuses.push(status);
    },
    branchUrl: (branch) => `https://bitbucket.example.org/${repository.full_name}/${branch}`,
    async ensureWebhook(hook) {
      await called('ensureWebhook');
      const known = hooks.find(({ url }) => url === hook.url);
      if (known && !hook.rewrite) return 'unchanged';
      if (known) {
        known.secret = hook.secret;
        return 'repaired';
      }
      hooks.push({
        url: hook.url,
        secret: hook.secret,
        state: { active: true, missing_events: [], has_secret: true },
      });
      return 'created';
    },
    async missingPermissions() {
      await called('missingPermissions');
      return permissions.missing;
    },
    async findWebhook(url) {
      await called('findWebhook');
      return hooks.find((hook) => hook.url === url)?.state ?? null;
    },
    async removeWebhook(url) {
      await called('removeWebhook');
      const place = hooks.findIndex((hook) => hook.url === url);
      return place >= 0 && hooks.splice(place, 1).length > 0;
    },
    async source(fork = null) {
      await called(fork === null ? 'source' : `source ${fork}`);
      return sourceOf(fork);
    },
  };
  /** Makes a call fail until `fail` is called again with null. */
  const fail = (call: keyof GitHost | keyof GitSource, error: Error | null = new Error(`${call} failed`)) => {
    if (error) failures.set(call, error);
    else failures.delete(call);
  };
  return { host, source: sourceOf(null), calls, statuses, hooks, permissions, fail };
}

/** A builder that records builds, at most one per activity, as CodeBuild does. */
export function aBuilder() {
  const started = new Set<string>();
  const ended = new Set<string>();
  const stopped = new Set<string>();
  const commits = new Map<string, string>();
  const builds: Build[] = [];
  const isRunning = (activity: string) => started.has(activity) && !ended.has(activity);
  const builder: Builder = {
    isRunning: async (_project, activity) => isRunning(activity),
    startedFor: async (_project, activity) => commits.get(activity) ?? null,
    async stop(_project, activity) {
      if (isRunning(activity)) stopped.add(activity);
    },
    async start(build) {
      if (!started.has(build.activity.id)) builds.push(build);
      started.add(build.activity.id);
      if (!commits.has(build.activity.id)) commits.set(build.activity.id, build.commit);
    },
  };
  return { builder, builds, stopped, end: (activity: string) => void ended.add(activity) };
}

const bitbucketCloud = {
  BITBUCKET_API_URL: 'https://api.bitbucket.org/2.0',
  BITBUCKET_GIT_URL: 'https://bitbucket.org',
  BITBUCKET_OAUTH_URL: 'https://bitbucket.org/site/oauth2',
  BITBUCKET_PRIVATE_HOSTS: '',
};

/** The git URL of an integration's repository: on bitbucket.org, or on the integration's server. */
export const aRepositoryUrl = (integration: Integration) => repositoryUrlOf(integration, bitbucketCloud);

/** The page of a pull request: on bitbucket.org, or on the integration's server. */
export const aPullRequestUrl = (integration: Integration, number: number) =>
  pullRequestUrlOf(integration, bitbucketCloud, number);

/** Secrets without encryption. A sealed text contains its purpose, project and integration. */
export const openSecrets: Secrets = {
  seal: async (purpose, { project, id }, text) => `${purpose} of ${project}/${id}: ${text}`,
  open: async (_purpose, _integration, sealed) => sealed.replace(/^sealed:/, ''),
};

/** A log that records its lines. */
export function aLog() {
  const lines: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const at =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      lines.push({ level, message, fields });
    };
  return { log: { info: at('info'), warn: at('warn'), error: at('error') } satisfies Log, lines };
}

/** Metrics that record their values with their dimensions. */
export function someMetrics() {
  const recorded: Record<string, string | number>[] = [];
  const metrics: Metrics = { record: (values, kind = {}) => void recorded.push({ ...kind, ...values }) };
  return { metrics, recorded };
}

/** Activity logs in memory. */
export function anActivityLog() {
  const logs = new Map<string, string[]>();
  /** Lines that are not stored yet. */
  const pending = new Map<string, string[]>();
  /** The activity of each write. */
  const stored: string[] = [];
  const activityLog: ActivityLog = {
    append(_project, activity, lines) {
      logs.set(activity, [...(logs.get(activity) ?? []), ...lines]);
      pending.set(activity, [...(pending.get(activity) ?? []), ...lines]);
    },
    async flush(_project, activity) {
      if (pending.delete(activity)) stored.push(activity);
    },
    async take(_project, activity) {
      const lines = pending.get(activity) ?? [];
      pending.delete(activity);
      return lines.map((text) => ({ at: start, text }));
    },
  };
  return { activityLog, logOf: (activity: string) => logs.get(activity) ?? [], storedLogs: stored };
}
