import type { PullRequestListing } from '../../domain/deliveries/pull-request.ts';
import { needsNewSecret, refusedSince } from '../../domain/deliveries/refused-deliveries.ts';
import type { Integration } from '../../domain/integrations/integration.ts';
import type { WebhookState } from '../../domain/integrations/webhook.ts';
import { defaultBranchProblem } from '../../domain/projects/default-branch.ts';
import { explainLeftOut } from '../../domain/rules/left-out.ts';
import { explainHold } from '../../domain/rules/prune-limit.ts';
import { BoughError, explain } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import type { ConnectGitHost, GitHost } from '../../ports/git-host.ts';
import type { Projects } from '../../ports/projects.ts';
import { listedPrefixes } from '../mirror/steps/tags.ts';
import { undeliveredStatuses } from '../statuses/steps/check-statuses.ts';
import { fieldOf } from './steps/check-repository.ts';
import { branchesIn } from './steps/fetch-all.ts';

/** The ports of `validateIntegration`. */
export interface ValidateIntegrationPorts {
  projects: Pick<Projects, 'get'>;
  environments: Pick<Environments, 'listOf'>;
  connect: ConnectGitHost;
  clock: Pick<Clock, 'now'>;
  hookUrl(integration: Integration): string;
}

/**
 * Checks everything that an integration needs from Bitbucket, its held-back deletions and its undelivered statuses.
 * Read-only.
 * @returns field → problem and remedy; empty when the integration is valid
 */
export async function validateIntegration(
  ports: ValidateIntegrationPorts,
  integration: Integration,
): Promise<Record<string, string>> {
  const opened = await attempt(integration, async () => {
    const host = await ports.connect(integration);
    return { host, repository: await host.repository() };
  });
  // The other checks need the repository.
  if ('problems' in opened) return { ...opened.problems, ...checkHold(integration) };
  const { host, repository } = opened.value;
  const checks = await Promise.all([
    checkIdentity(integration, repository),
    checkPermissions(integration, host),
    checkSources(ports, integration, host, repository.default_branch),
    checkWebhook(ports, integration, host),
    checkHold(integration),
    checkStatuses(ports, integration),
  ]);
  // When several checks report the same field, the first is closest to the cause.
  return Object.assign({}, ...checks.toReversed());
}

type Problems = Record<string, string>;

function checkIdentity(
  { repository_uuid }: Integration,
  found: { uuid: string; full_name: string },
): Problems {
  if (found.uuid === repository_uuid) return {};
  return {
    repository: `${found.full_name} is not the repository that was integrated, but another one with the same name. To use it, remove the integration and add it again with --adopt.`,
  };
}

function checkHold({ held_back }: Integration): Problems {
  return held_back ? { held_back: explainHold(held_back) } : {};
}

async function checkPermissions(integration: Integration, host: GitHost): Promise<Problems> {
  const found = await attempt(integration, () => host.missingPermissions());
  if ('problems' in found) return found.problems;
  if (found.value.length === 0) return {};
  const field = fieldOf('git_host_credentials', integration) ?? 'repository';
  const holder = integration.type === 'bitbucket' ? 'OAuth consumer' : 'token';
  return {
    [field]: `The ${holder} lacks permissions: ${found.value.join(', ')}. Grant them, and validate again.`,
  };
}

async function checkStatuses(
  { environments }: ValidateIntegrationPorts,
  integration: Integration,
): Promise<Problems> {
  const problem = await undeliveredStatuses(environments, integration);
  return problem ? { build_status: problem } : {};
}

async function checkWebhook(
  { hookUrl, clock }: ValidateIntegrationPorts,
  integration: Integration,
  host: GitHost,
): Promise<Problems> {
  const url = hookUrl(integration);
  const found = await attempt(integration, () => host.findWebhook(url));
  const problem =
    'problems' in found
      ? Object.values(found.problems)[0]
      : (faultOf(found.value, url) ?? refusal(integration, clock.now()));
  return problem ? { webhook: problem } : {};
}

/** The remedy for all webhook problems. */
const remedy =
  'The next scheduled prune repairs the webhook if the permissions allow. To repair it by hand, use the URL (hook_url) and the secret (hook_secret) that bough integration:get shows.';

/** Bitbucket does not return a webhook's secret, so only refused deliveries show that the secret differs. */
function refusal(integration: Integration, now: string): string | null {
  const last = refusedSince(integration, now);
  if (last === null) return null;
  const because = `Deliveries are refused because their signature does not match the secret of the integration, last at ${last}.`;
  const wasRewritten = !needsNewSecret(integration, now);
  return wasRewritten
    ? `${because} The prune has already rewritten the webhook's secret: look for a second webhook with this URL, or for a proxy that changes deliveries.`
    : `${because} ${remedy}`;
}

function faultOf(hook: WebhookState | null, url: string): string | null {
  if (!hook) return `The repository has no webhook with the URL ${url}. ${remedy}`;
  if (!hook.active) return `The webhook is switched off. ${remedy}`;
  if (hook.missing_events.length > 0)
    return `The webhook lacks events: ${hook.missing_events.join(', ')}. ${remedy}`;
  return hook.has_secret === false ? `The webhook has no secret. ${remedy}` : null;
}

/** Checks that branches and open pull requests can be listed, their names, and the default branch. */
async function checkSources(
  { projects }: ValidateIntegrationPorts,
  integration: Integration,
  host: GitHost,
  actualDefault: string | null,
): Promise<Problems> {
  const [project, pullRequests, listing] = await Promise.all([
    projects.get(integration.project),
    attempt(integration, () => host.openPullRequests(1)),
    attempt(integration, async () => (await host.source()).listRefs(listedPrefixes)),
  ]);
  const branches = 'value' in listing ? branchesIn(listing.value).branches : null;
  const wrongDefault = defaultBranchProblem(project?.default_branch ?? null, actualDefault, branches);
  return {
    ...(wrongDefault ? { default_branch: wrongDefault } : {}),
    ...problemsOf(pullRequests, 'build_pull_requests'),
    ...problemsOf(listing, 'repository'),
    ...('value' in listing && 'value' in pullRequests
      ? checkNames(integration, branchesIn(listing.value), pullRequests.value)
      : {}),
  };
}

function checkNames(
  integration: Integration,
  found: ReturnType<typeof branchesIn>,
  pullRequests: PullRequestListing,
): Problems {
  const leftOut = explainLeftOut({ ...found, pullRequests }, integration);
  return leftOut ? { branches: `${leftOut}. Give them other names; all others are fetched.` } : {};
}

function problemsOf(attempted: Attempt<unknown>, field: string): Problems {
  return 'problems' in attempted ? { [field]: Object.values(attempted.problems).join(' ') } : {};
}

type Attempt<T> = { value: T } | { problems: Problems };

/** The result of the work, or the problem of a BoughError. Other errors are thrown. */
async function attempt<T>(integration: Integration, work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof BoughError)) throw error;
    return { problems: { [fieldOf(error.code, integration) ?? 'repository']: explain(error) } };
  }
}
