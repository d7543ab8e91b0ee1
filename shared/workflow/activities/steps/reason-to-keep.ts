import type { Activity } from '../../../domain/activities/activity.ts';
import { type Environment, protection, sourceRef } from '../../../domain/environments/environment.ts';
import { type IntegrationOptions, whyNotPruned } from '../../../domain/integrations/integration.ts';
import { reasonToWait } from '../../../domain/rules/grace-period.ts';
import { requireSame } from '../../integrations/steps/follow-repository.ts';
import { isBeingDeleted } from '../../projects/steps/continue-deletion.ts';
import type { RunPorts } from './activity-run.ts';
import { type PullRequestReader, readPullRequest } from './read-pull-request.ts';

/** What speaks against a deletion. */
export interface ReasonToKeep {
  because: string;
  /** Where the source is. */
  commit?: string | undefined;
}

/**
 * Reads again whether an environment has to go, its source and the options of its integration; null when nothing speaks
 * against it. Deleting cannot be undone, so an answer that cannot be had is an error. A deletion that a
 * user asks for needs no Bitbucket, which may be gone itself.
 */
export async function reasonToKeep(
  ports: Pick<RunPorts, 'projects' | 'integrations' | 'connect' | 'clock'>,
  environment: Environment,
  deletion: Activity,
): Promise<ReasonToKeep | null> {
  const protectedBy = protection(environment);
  if (protectedBy) return { because: protectedBy };
  if (deletion.requested) return null;
  const integration = await ports.integrations.get(environment.project, environment.integration);
  if (!integration) {
    // There is no Bitbucket to ask then. What is left of a project that is being deleted goes all the same.
    const goes = await isBeingDeleted(ports, environment.project);
    return goes ? null : { because: 'its integration has been removed' };
  }
  const host = await ports.connect(integration);
  // Comes first: what a deletion has superseded counts again where the source is alive.
  const reason = await sourceOf({ host, environment, activity: deletion, clock: ports.clock });
  if (reason) return reason;
  const isOff = optionToKeep(environment, integration);
  if (isOff) return { because: isOff };
  await requireSame(host, integration);
  const wait = reasonToWait(environment, integration, ports.clock.now());
  return wait === null ? null : { because: wait };
}

/** The option that keeps a branch's environment. One in which there was never anything was made by an event that came late. */
function optionToKeep(
  { pull_request, head_commit }: Environment,
  options: IntegrationOptions,
): string | null {
  return pull_request || head_commit === null ? null : whyNotPruned(options);
}

/** Null when Bitbucket says that the environment's source is gone. */
async function sourceOf(reader: PullRequestReader): Promise<ReasonToKeep | null> {
  const { environment, host } = reader;
  const link = environment.pull_request;
  if (link) {
    const pullRequest = await readPullRequest(reader, link.number);
    const commit = pullRequest?.source.commit ?? undefined;
    return pullRequest && { because: `pull request #${link.number} is open`, commit };
  }
  const ref = sourceRef(environment);
  const source = await host.source();
  // A name in which something was replaced can only be looked for by its beginning.
  const beginning = ref.replace(/\ufffd.*$/s, '');
  const { refs, head, unreadable } = await source.listRefs([beginning, 'HEAD']);
  if (refs.has(ref) || unreadable.has(ref))
    return { because: `the branch ${environment.id} exists`, commit: refs.get(ref) };
  if (head !== null) return null;
  // Without a default branch there may still be others.
  const { refs: all } = await source.listRefs(['refs/heads/']);
  return all.size === 0 ? { because: 'Bitbucket shows no branches at all' } : null;
}
