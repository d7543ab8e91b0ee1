import { needsNewSecret } from '../../../domain/deliveries/refused-deliveries.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import {
  type ApiChecks,
  checkIntervals,
  dueChecks,
  fingerprintOfBranches,
  isRepairDue,
  isSourceAhead,
  unchecked,
} from '../../../domain/integrations/api-checks.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import { withoutDefaultBranch } from '../../../domain/projects/default-branch.ts';
import type { Project } from '../../../domain/projects/project.ts';
import type { HeldBack } from '../../../domain/rules/prune-limit.ts';
import type { Kept, PlannedChange } from '../../../domain/rules/reconcile.ts';
import { mayPass } from '../../../errors.ts';
import type { ApiChecksStore } from '../../../ports/api-checks.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { ConnectGitHost, GitHost } from '../../../ports/git-host.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import type { Log } from '../../../ports/log.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { EffectQueue, EventQueue } from '../../../ports/queues.ts';
import type { Secrets } from '../../../ports/secrets.ts';
import { maintainMirror } from '../../mirror/steps/maintain-mirror.ts';
import { type ChooseChecks, type Comparison, compareRepository } from './compare-repository.ts';
import { ensureWebhook } from './ensure-webhook.ts';
import { branchesIn } from './fetch-all.ts';
import { sendChanges } from './send-changes.ts';

/** The ports of `prune`. */
export interface PrunePorts {
  projects: Pick<Projects, 'get'>;
  integrations: Pick<Integrations, 'get' | 'save'>;
  checks: ApiChecksStore;
  mirrors: Pick<Mirrors, 'size'>;
  secrets: Secrets;
  connect: ConnectGitHost;
  events: EventQueue;
  effects: EffectQueue;
  clock: Clock;
  log: Log;
  hookUrl(integration: Integration): string;
}

/** The result of a prune. */
export interface Pruned {
  branches: number;
  /** The queued changes. */
  changes: PlannedChange[];
  kept: Kept[];
  held_back: HeldBack | null;
  /** True when a full fetch was queued too: for a rename, adopted environments or an unknown default branch. */
  isFetched: boolean;
  /** The result of the webhook's check: `created`, `repaired`, `unchanged`, `removed` or `unknown`; `unchecked` when it was not due. */
  webhook: string;
  /** The names of branches and pull requests that are not followed, and why; null without any. */
  left_out: string | null;
  /** True when the open pull requests were listed. */
  isListed: boolean;
}

/** A prune's input. */
interface Order {
  known: readonly Environment[];
  origin: string;
  /** The digest of the held-back deletions that a user confirmed. */
  confirmed?: string | null | undefined;
  /** The integrations on the account, for a prune that makes only the checks that are due; 0 when unknown. */
  peers?: number;
}

/**
 * Compares an integration's environments with its repository, queues events for the differences, and checks the
 * webhook and the mirror.
 * @throws BoughError `held_back_changed` when the confirmed deletions are not those held back
 */
export async function prune(
  ports: PrunePorts,
  project: Project,
  integration: Integration,
  { known, origin, confirmed, peers }: Order,
): Promise<Pruned> {
  const host = await ports.connect(integration);
  const { project: projectId, id } = integration;
  const checks = peers === undefined ? unchecked : ((await ports.checks.get(projectId, id)) ?? unchecked);
  const comparison = await compareRepository(
    ports,
    integration,
    host,
    known,
    () => project.default_branch,
    ...(peers === undefined ? [] : [chooserOf(ports, integration, checks, known, peers)]),
  );
  const { repository, listing, branches, changes, kept, left_out, isListed } = comparison;
  if (left_out) ports.log.warn('names left out', { project: projectId, integration: id, because: left_out });
  const name = repository?.full_name ?? integration.repository;
  const hasOrphans = known.some((environment) => integration.adopts.includes(environment.integration));
  const isDefaultFound = findsDefaultBranch(ports, project, integration, comparison);
  // A full fetch follows renames, adopts environments and sets the default branch.
  const isFetched = name !== integration.repository || hasOrphans || isDefaultFound;
  if (isFetched) {
    const event = { type: 'repository.changed' as const, repository: name };
    await ports.events.send([{ project: projectId, integration: id, event, origin }]);
  }
  const found = { changes, environments: known, origin, confirmed };
  const { passed, held_back } = await sendChanges(ports, integration, found);
  const webhook = await checkWebhook(ports, integration, host, comparison, checks);
  await recordChecks(ports, integration, comparison, checks, webhook.isChecked);
  await maintainMirror(ports, integration, listing);
  const { result } = webhook;
  return {
    branches: branches.size,
    changes: passed,
    kept,
    held_back,
    left_out,
    isFetched,
    webhook: result,
    isListed,
  };
}

function chooserOf(
  { clock }: PrunePorts,
  integration: Integration,
  checks: ApiChecks,
  known: readonly Environment[],
  peers: number,
): ChooseChecks {
  const { id, type } = integration;
  const own = known.filter((environment) => environment.integration === id);
  return (listing, changes) =>
    dueChecks(checks, checkIntervals({ id, type, peers }), {
      now: clock.now(),
      branches: fingerprintOfBranches(branchesIn(listing).branches),
      isOverdue: changes.length > 0 || isSourceAhead(own, listing.refs),
      hasPullRequests: own.some(({ pull_request }) => pull_request !== null),
    });
}

/** Records the checks that were made. Without a record they are only made once more. */
async function recordChecks(
  { checks: store, clock }: PrunePorts,
  { project, id }: Integration,
  { isListed, branches }: Comparison,
  before: ApiChecks,
  isRepositoryChecked: boolean,
): Promise<void> {
  if (!isListed && !isRepositoryChecked) return;
  const now = clock.now();
  const after = {
    pull_requests_at: isListed ? now : before.pull_requests_at,
    repository_at: isRepositoryChecked ? now : before.repository_at,
    branches: fingerprintOfBranches(branches),
  };
  await store.save(project, id, after, now);
}

/** Whether a fetch would set the project's unknown default branch. Logs a warning when HEAD names no branch. */
function findsDefaultBranch(
  { log }: PrunePorts,
  project: Project,
  { id }: Integration,
  { listing, branches, repository }: Comparison,
): boolean {
  if (project.default_branch !== null || branches.size === 0) return false;
  if (listing.head !== null) return true;
  if (!repository) return false;
  const because = withoutDefaultBranch(repository.default_branch);
  log.warn('no default branch', { project: project.id, integration: id, because });
  return false;
}

/** A failure is logged only: the scheduled prune works without a webhook. */
async function checkWebhook(
  ports: PrunePorts,
  integration: Integration,
  host: GitHost,
  { repository, due, changes }: Comparison,
  checks: ApiChecks,
): Promise<{ result: string; isChecked: boolean }> {
  const now = ports.clock.now();
  const isOverdue = changes.length > 0 && isRepairDue(checks, now);
  const isWanted = repository !== null && (due.repository || isOverdue);
  if (!isWanted && !needsNewSecret(integration, now)) return { result: 'unchecked', isChecked: false };
  try {
    return { result: await ensureWebhook(ports, integration, host), isChecked: true };
  } catch (error) {
    const { project, id } = integration;
    ports.log.warn('the webhook could not be checked', { project, integration: id, error });
    // A missing permission stays, and is not asked for at each prune.
    return { result: 'unknown', isChecked: !mayPass(error) };
  }
}
