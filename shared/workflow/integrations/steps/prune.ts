import type { Environment } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import type { RefListing } from '../../../domain/mirror/refs.ts';
import { withoutDefaultBranch } from '../../../domain/projects/default-branch.ts';
import type { Project } from '../../../domain/projects/project.ts';
import type { HeldBack } from '../../../domain/rules/prune-limit.ts';
import type { Kept, PlannedChange } from '../../../domain/rules/reconcile.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { ConnectGitHost, GitHost } from '../../../ports/git-host.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import type { Log } from '../../../ports/log.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { EffectQueue, EventQueue } from '../../../ports/queues.ts';
import type { Secrets } from '../../../ports/secrets.ts';
import { maintainMirror } from '../../mirror/steps/maintain-mirror.ts';
import { compareRepository } from './compare-repository.ts';
import { ensureWebhook } from './ensure-webhook.ts';
import { branchesIn } from './fetch-all.ts';
import { sendChanges } from './send-changes.ts';

/** The ports of `prune`. */
export interface PrunePorts {
  projects: Pick<Projects, 'get'>;
  integrations: Pick<Integrations, 'get' | 'save'>;
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
  /** The result of the webhook's check: `created`, `repaired`, `unchanged`, `removed` or `unknown`. */
  webhook: string;
  /** The names of branches and pull requests that are not followed, and why; null without any. */
  left_out: string | null;
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
  {
    known,
    origin,
    confirmed,
  }: { known: readonly Environment[]; origin: string; confirmed?: string | null | undefined },
): Promise<Pruned> {
  const host = await ports.connect(integration);
  const { repository, named_default, listing, branches, changes, kept, left_out } = await compareRepository(
    ports,
    integration,
    host,
    known,
    () => project.default_branch,
  );
  if (left_out)
    ports.log.warn('names left out', { project: project.id, integration: integration.id, because: left_out });
  const isRenamed = repository !== integration.repository;
  const hasOrphans = known.some((environment) => integration.adopts.includes(environment.integration));
  const isDefaultFound = findsDefaultBranch(ports, project, integration, listing, named_default);
  // A full fetch follows renames, adopts environments and sets the default branch.
  const isFetched = isRenamed || hasOrphans || isDefaultFound;
  if (isFetched) {
    const event = { type: 'repository.changed' as const, repository };
    await ports.events.send([{ project: project.id, integration: integration.id, event, origin }]);
  }
  const found = { changes, environments: known, origin, confirmed };
  const { passed, held_back } = await sendChanges(ports, integration, found);
  const webhook = await repairWebhook(ports, integration, host);
  await maintainMirror(ports, integration, listing);
  return { branches: branches.size, changes: passed, kept, held_back, left_out, isFetched, webhook };
}

/** Whether a fetch would set the project's unknown default branch. Logs a warning when HEAD names no branch. */
function findsDefaultBranch(
  { log }: PrunePorts,
  project: Project,
  { id }: Integration,
  listing: RefListing,
  named: string | null,
): boolean {
  if (project.default_branch !== null || branchesIn(listing).branches.size === 0) return false;
  if (listing.head !== null) return true;
  const because = withoutDefaultBranch(named);
  log.warn('no default branch', { project: project.id, integration: id, because });
  return false;
}

/** A failure is logged only: the scheduled prune works without a webhook. */
async function repairWebhook(ports: PrunePorts, integration: Integration, host: GitHost): Promise<string> {
  try {
    return await ensureWebhook(ports, integration, host);
  } catch (error) {
    const { project, id } = integration;
    ports.log.warn('the webhook could not be checked', { project, integration: id, error });
    return 'unknown';
  }
}
