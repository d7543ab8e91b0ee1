import type { Environment } from '../../../domain/environments/environment.ts';
import type { Integration } from '../../../domain/integrations/integration.ts';
import type { MirrorState } from '../../../domain/mirror/mirror.ts';
import type { RefListing } from '../../../domain/mirror/refs.ts';
import { isTag } from '../../../domain/mirror/tags.ts';
import { withoutDefaultBranch } from '../../../domain/projects/default-branch.ts';
import type { Project } from '../../../domain/projects/project.ts';
import { explainLeftOut } from '../../../domain/rules/left-out.ts';
import { explainHold } from '../../../domain/rules/prune-limit.ts';
import { type Observation, reconcile } from '../../../domain/rules/reconcile.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { GitSource } from '../../../ports/git-source.ts';
import type { Integrations } from '../../../ports/integrations.ts';
import type { Log } from '../../../ports/log.ts';
import type { Mirrors } from '../../../ports/mirrors.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { EventQueue } from '../../../ports/queues.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';
import { dropRefs, mirrorRefs } from '../../mirror/steps/mirror-refs.ts';
import { listedPrefixes } from '../../mirror/steps/tags.ts';
import type { FollowedRepository } from './follow-repository.ts';
import { sendChanges } from './send-changes.ts';

interface Ports {
  projects: Projects;
  integrations: Pick<Integrations, 'get' | 'save'>;
  environments: Environments;
  mirrors: Mirrors;
  events: EventQueue;
  clock: Clock;
  log: Log;
}

const branchPrefix = 'refs/heads/';

/** Mirrors all branches and tags in one fetch, and queues the changes to every environment that differs. */
export async function fetchAll(
  ports: Ports,
  { integration, host, default_branch }: FollowedRepository,
  say: (line: string) => void,
): Promise<string> {
  say(`Fetching from Bitbucket repository ${integration.repository}`);
  const source = await host.source();
  const listing = await source.listRefs(listedPrefixes);
  const before = integration.fetch_branches
    ? await mirrorAll(ports, integration, source, listing, say)
    : null;

  const project = await setDefaultBranch(ports.projects, integration.project, listing);
  if (!project?.default_branch) {
    if (branchesIn(listing).branches.size > 0) {
      const because = withoutDefaultBranch(default_branch);
      say(`W: ${because}`);
      return because;
    }
    say('  The repository is empty. Its first push will be fetched');
    return 'the repository is empty';
  }
  if (default_branch && default_branch !== project.default_branch) {
    say(
      `W: The repository's default branch is ${default_branch}, the project's stays ${project.default_branch} until you change it: bough project:info default_branch ${default_branch}`,
    );
  }
  const environments = await adoptOrphans(ports, integration);
  const tracksPullRequests = hasPullRequests(integration, environments);
  if (tracksPullRequests) say('Synchronizing pull requests');
  const pullRequests = tracksPullRequests
    ? await host.openPullRequests(integration.pull_requests_max_pages)
    : null;
  const observation: Observation = { ...branchesIn(listing), pullRequests, mirrored: true };
  const leftOut = explainLeftOut(observation, integration);
  if (leftOut) say(`W: ${leftOut}`);
  const { changes } = reconcile(
    observation,
    environments,
    { default_branch: project.default_branch, integration },
    ports.clock.now(),
  );
  const { passed, held_back } = await sendChanges(ports, integration, {
    changes,
    environments,
    origin: 'fetch',
  });
  if (before) await dropDeleted(ports, integration, listing, before, held_back !== null);
  if (held_back) say(`W: Nothing is deleted: ${explainHold(held_back)}`);
  const because = passed.length === 0 ? 'No changes since last fetch' : `${passed.length} changes found`;
  say(`  ${because}`);
  return held_back ? `${because}; ${held_back.count} deletions are held back` : because;
}

/**
 * Whether the pull requests have to be listed. Existing environments of pull requests need the list even when
 * `build_pull_requests` is off, because they end with their pull request.
 */
export function hasPullRequests(
  { build_pull_requests }: Integration,
  environments: readonly Environment[],
): boolean {
  return build_pull_requests || environments.some(({ pull_request }) => pull_request !== null);
}

/** Assigns the environments of adopted former integrations to this integration. */
async function adoptOrphans(
  { environments, clock }: Ports,
  { project, id: integration, adopts }: Integration,
): Promise<Environment[]> {
  const all = await environments.listOf(project);
  const orphans = all.filter((environment) => adopts.includes(environment.integration));
  for (const { id } of orphans) {
    await retryOnConflict(async () => {
      const orphan = await environments.get(project, id);
      if (!orphan || !adopts.includes(orphan.integration)) return;
      const version = orphan.version + 1;
      await environments.save({ ...orphan, integration, updated_at: clock.now(), version });
    });
  }
  return orphans.length === 0 ? all : environments.listOf(project);
}

/** @returns the mirror's state before the fetch */
async function mirrorAll(
  ports: Ports,
  integration: Integration,
  source: GitSource,
  listing: RefListing,
  say: (line: string) => void,
): Promise<MirrorState> {
  say('Synchronizing branches');
  const before = await ports.mirrors.read(integration.project, 'all');
  const set = new Map([...listing.refs].filter(([ref]) => isMirrored(ref)));
  const state = await mirrorRefs(ports, integration.project, source, { set }, () => undefined);
  const bytes = state.bundles.slice(before.bundles.length).reduce((sum, bundle) => sum + bundle.bytes, 0);
  say(`  ${set.size} references, ${(bytes / 1024).toFixed(1)} KiB fetched`);
  return before;
}

/** Drops deleted refs from the mirror. Branches are kept while the deletion of their environments is held back. */
async function dropDeleted(
  ports: Ports,
  { project }: Integration,
  { refs }: RefListing,
  before: MirrorState,
  isHeld: boolean,
): Promise<void> {
  const isKnown = [...refs.keys()].some(isMirrored);
  // Drop nothing on an empty listing: a broken server may have sent it.
  if (!isKnown) return;
  const deleted = [...before.heads.keys()].filter((ref) => isMirrored(ref) && !refs.has(ref));
  const drop = deleted.filter((ref) => isTag(ref) || !isHeld);
  if (drop.length > 0) await dropRefs(ports, project, drop, before);
}

function isMirrored(ref: string): boolean {
  return ref.startsWith(branchPrefix) || isTag(ref);
}

/** The branches in a listing by name, and the refs with unreadable names. */
export function branchesIn({ refs, unreadable }: RefListing) {
  const branches = new Map<string, string>();
  for (const [ref, commit] of refs) {
    if (ref.startsWith(branchPrefix)) branches.set(ref.slice(branchPrefix.length), commit);
  }
  return { branches, unreadable };
}

/** Sets the project's default branch to the target of HEAD, unless one is set. */
async function setDefaultBranch(
  projects: Projects,
  id: string,
  { head, refs }: RefListing,
): Promise<Project | null> {
  return retryOnConflict(async () => {
    const project = await projects.get(id);
    if (!project || project.default_branch !== null || !head || !refs.has(head)) return project;
    const known = {
      ...project,
      default_branch: head.slice(branchPrefix.length),
      version: project.version + 1,
    };
    await projects.save(known);
    return known;
  });
}
