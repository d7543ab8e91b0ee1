import type { Activity } from '../../../domain/activities/activity.ts';
import { type Environment, protection, sourceRef } from '../../../domain/environments/environment.ts';
import { type IntegrationOptions, whyNotPruned } from '../../../domain/integrations/integration.ts';
import { reasonToWait } from '../../../domain/rules/grace-period.ts';
import { requireSameRepository } from '../../integrations/steps/follow-repository.ts';
import { isBeingDeleted } from '../../projects/steps/continue-deletion.ts';
import type { RunPorts } from './activity-run.ts';
import { type PullRequestReader, readPullRequest } from './read-pull-request.ts';

/** A reason not to delete an environment. */
export interface ReasonToKeep {
  because: string;
  /** The present commit of the source. */
  commit?: string | undefined;
}

/**
 * Reads the source and the integration's options again before a deletion; null when the environment can be deleted.
 * Deletions cannot be undone, so a missing answer of Bitbucket is an error. A deletion that a user requests does not
 * read Bitbucket, which may not exist any more.
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
    // Without an integration only the deletion of the project can remove the environment.
    const goes = await isBeingDeleted(ports, environment.project);
    return goes ? null : { because: 'its integration has been removed' };
  }
  const host = await ports.connect(integration);
  // The source comes first: if it exists, the activities that the deletion superseded are needed again.
  const reason = await sourceOf({ host, environment, activity: deletion, clock: ports.clock });
  if (reason) return reason;
  const isOff = optionToKeep(environment, integration);
  if (isOff) return { because: isOff };
  await requireSameRepository(host, integration);
  const wait = reasonToWait(environment, integration, ports.clock.now());
  return wait === null ? null : { because: wait };
}

/** The option that keeps a branch's environment. An environment that never had a commit comes from a late event, and goes. */
function optionToKeep(
  { pull_request, head_commit }: Environment,
  options: IntegrationOptions,
): string | null {
  return pull_request || head_commit === null ? null : whyNotPruned(options);
}

/** Null when Bitbucket confirms that the environment's source does not exist. */
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
  // A name with replaced bytes can be searched only by the part before the replacement.
  const beginning = ref.replace(/\ufffd.*$/s, '');
  const { refs, head, unreadable } = await source.listRefs([beginning, 'HEAD']);
  if (refs.has(ref) || unreadable.has(ref))
    return { because: `the branch ${environment.id} exists`, commit: refs.get(ref) };
  if (head !== null) return null;
  // A repository without a default branch can have other branches.
  const { refs: all } = await source.listRefs(['refs/heads/']);
  return all.size === 0 ? { because: 'Bitbucket shows no branches at all' } : null;
}
