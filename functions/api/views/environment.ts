import type { Environment as Resource } from '../../../shared/api/environment.ts';
import type { PlacedAccess } from '../../../shared/domain/access/access-of.ts';
import { shownActivity } from '../../../shared/domain/activities/last-activity.ts';
import type { ActionContext } from '../../../shared/domain/environments/actions.ts';
import { currentWait } from '../../../shared/domain/environments/current-wait.ts';
import { type Environment, shownStatus } from '../../../shared/domain/environments/environment.ts';
import { judgeOperations, type Verdicts } from '../../../shared/domain/environments/judge-operations.ts';
import { siteName, siteUrl } from '../../../shared/domain/environments/sites.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import { refusalWhileDeleting } from '../../../shared/domain/projects/delete-project.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import { gracePeriodEnd } from '../../../shared/domain/rules/grace-period.ts';
import { urlOf } from '../../../shared/domain/statuses/status-reports.ts';
import { machineNameOf } from '../../../shared/runtime/machine-name.ts';
import { siteAccessView } from './access.ts';
import { environmentUrl, link } from './links.ts';

/** The URLs of links and host names in views. */
export interface Urls {
  apiUrl: string;
  sitesUrl: string;
  /** The web page of a pull request in Bitbucket. */
  pullRequestUrl(integration: Integration, number: number): string;
}

/**
 * The view of an environment.
 * @param context the environment with the records that decide which operations are possible
 * @param access the access control that applies; null when there is none
 */
export function environmentView(
  context: ActionContext,
  access: PlacedAccess | null,
  project: Project,
  urls: Urls,
): Resource {
  const { environment, integration } = context;
  const self = environmentUrl(urls.apiUrl, environment.project, environment.id);
  const name = machineNameOf(environment.id);
  const status = shownStatus(environment);
  const verdicts = project.deletion ? allRefused : judgeOperations(context);
  return {
    id: environment.id,
    name: environment.id,
    machine_name: name,
    created_at: environment.created_at,
    updated_at: environment.updated_at,
    title: environment.title,
    attributes: {},
    type: environment.type,
    parent: environment.parent,
    project: environment.project,
    status,
    is_dirty: status === 'dirty',
    clone_parent_on_create: integration?.pull_requests_clone_parent_data ?? true,
    is_main: isMain(environment, project),
    is_pr: environment.pull_request !== null,
    fork: environment.pull_request?.fork?.repository ?? null,
    pull_request: pullRequestView(context, urls),
    primary_url: urlOf(environment),
    last_activity: shownActivity(environment),
    waiting: currentWait(environment, integration),
    refusals: refusalsIn(verdicts),
    has_remote: environment.has_remote,
    protected: environment.protected,
    gone_since: environment.gone_since,
    goes_at: integration && gracePeriodEnd(environment, integration),
    last_deployment: lastDeployment(environment),
    build_status: statusView(environment),
    has_code: environment.head_commit !== null,
    head_commit: environment.head_commit,
    merge_info: {
      commits_ahead: null,
      commits_behind: null,
      parent_ref: environment.parent === null ? null : `refs/heads/${environment.parent}`,
    },
    has_deployment: environment.deployment !== null,
    deployment_target: 'local',
    default_domain: null,
    has_domains: false,
    edge_hostname: new URL(siteUrl(urls.sitesUrl, siteName(name, environment.project))).host,
    has_staged_activities: false,
    ...siteAccessView(environment, access),
    http_access_from: access?.from ?? null,
    ...unknownToUs,
    last_active_at: environment.updated_at,
    _links: {
      self: link(self),
      activities: link(`${self}/activities`),
      deployments: link(`${self}/deployments`),
      variables: link(`${self}/variables`),
      ...(environment.deployment ? { '#current-deployment': link(`${self}/deployments/current`) } : {}),
      ...operationLinks(verdicts, self),
    },
  };
}

/** The last build status, with the reason why Bitbucket has not accepted it. */
function statusView({ build_status }: Environment): Resource['build_status'] {
  if (!build_status) return null;
  const { undelivered, ...status } = build_status;
  return {
    ...status,
    delivered: undelivered === null,
    undelivered_because: undelivered?.because ?? null,
    undelivered_since: undelivered?.since ?? null,
  };
}

const results = { successful: 'success', failed: 'failure', stopped: 'cancelled' } as const;

/** The end of the last deployment. Only the last activity has the time of a failure. */
function lastDeployment(environment: Environment): Resource['last_deployment'] {
  const { build_status: status, deployment, last_activity: last } = environment;
  if (!status) {
    if (!deployment) return null;
    const { id, commit, created_at: at } = deployment;
    return { activity: id, commit, result: 'success', because: null, at };
  }
  const { activity, commit, state, description } = status;
  const ended = last?.id === activity ? last.completed_at : null;
  const at = ended ?? (deployment?.id === activity ? deployment.created_at : null);
  return { activity, commit, result: results[state], because: description, at };
}

/** Fields of Upsun's API about infrastructure, which only the repository's `.bough/deploy` knows. */
const unknownToUs = {
  // Activities have the result of the last deployment.
  deployment_state: null,
  sizing: null,
  resources_overrides: {},
  max_instance_count: null,
  last_backup_at: null,
  can_rolling_deploy: false,
  supports_rolling_deployments: false,
  supports_restrict_robots: true,
};

/** The pull request of an environment, with the link to its page; the link is null without an integration. */
export function pullRequestView(
  { environment, integration }: Pick<ActionContext, 'environment' | 'integration'>,
  { pullRequestUrl }: Pick<Urls, 'pullRequestUrl'>,
): Resource['pull_request'] {
  if (!environment.pull_request) return null;
  const { number, source_branch, target_branch, fork } = environment.pull_request;
  return {
    number,
    source_branch,
    target_branch,
    fork: fork?.repository ?? null,
    url: integration && pullRequestUrl(integration, number),
  };
}

/** The verdicts in a project that is being deleted. */
const allRefused: Verdicts = {
  activate: refusalWhileDeleting,
  deactivate: refusalWhileDeleting,
  redeploy: refusalWhileDeleting,
  merge: refusalWhileDeleting,
  synchronize: refusalWhileDeleting,
  delete: refusalWhileDeleting,
  branch: refusalWhileDeleting,
  edit: refusalWhileDeleting,
};

/** A link for each operation that is possible now. */
function operationLinks(verdicts: Verdicts, self: string): Record<`#${string}`, { href: string }> {
  const possible = Object.entries(verdicts).filter(([, refusal]) => refusal === null);
  const links = possible.map(([operation]) => [
    `#${operation}`,
    // `edit` and `delete` are methods of the environment's own URL.
    link(operation === 'edit' || operation === 'delete' ? self : `${self}/${operation}`),
  ]);
  return Object.fromEntries(links);
}

/** The reason and the remedy for each operation that is not possible now. */
function refusalsIn(verdicts: Verdicts): Resource['refusals'] {
  return Object.fromEntries(
    Object.entries(verdicts).flatMap(([operation, refusal]) =>
      refusal ? [[operation, { because: refusal.because, remedy: refusal.remedy }]] : [],
    ),
  );
}

/** True for the environment of the project's default branch. */
export function isMain(environment: Environment, project: Project): boolean {
  return environment.id === project.default_branch && environment.pull_request === null;
}
