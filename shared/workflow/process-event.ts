import { decide } from '../domain/decide.ts';
import { type EnvironmentEvent, environmentOf } from '../domain/source-event.ts';
import type { Clock, EffectQueue, Environments, Integrations, Log, Projects, QueuedEvent } from '../ports.ts';
import { commitDecision, runAgain } from './commit-decision.ts';
import { requestFetch, runAgainOnIntegration } from './integration-activities.ts';
import { retryOnConflict } from './retry-on-conflict.ts';

interface Ports {
  projects: Pick<Projects, 'get'>;
  integrations: Pick<Integrations, 'get' | 'save'>;
  environments: Environments;
  effects: EffectQueue;
  clock: Clock;
  log: Log;
}

/**
 * Applies one source event: reads its environment, decides, commits, and starts what follows.
 * @param isRepeated true when the event was delivered before, so that its effects may have been lost
 */
export function processEvent(ports: Ports) {
  return async (
    { project: projectId, integration: integrationId, event, origin }: QueuedEvent,
    isRepeated: boolean,
  ) => {
    const { projects, integrations, log } = ports;
    const [project, integration] = await Promise.all([
      projects.get(projectId),
      integrations.get(projectId, integrationId),
    ]);
    const fields = { project: projectId, integration: integrationId, event: event.type, origin };
    if (!project || !integration) {
      log.info('event ignored', { ...fields, because: 'its integration has been removed' });
      return;
    }
    // Until the default branch is known nothing has a place: the first push to an empty repository makes it known.
    if (event.type === 'repository.changed' || project.default_branch === null) {
      await requestFetch(ports, integration, `Bitbucket told of ${event.type}`);
      if (isRepeated) await runAgainOnIntegration(ports.effects, integration);
      log.info('fetch requested', fields);
      return;
    }
    await applyToEnvironment(
      ports,
      event,
      { default_branch: project.default_branch, integration },
      isRepeated,
      fields,
    );
  };
}

async function applyToEnvironment(
  ports: Ports,
  event: EnvironmentEvent,
  state: Omit<Parameters<typeof decide>[1], 'environment'>,
  isRepeated: boolean,
  fields: Record<string, unknown>,
): Promise<void> {
  const { environments, effects, clock, log } = ports;
  const id = environmentOf(event);
  await retryOnConflict(async () => {
    const environment = await environments.get(state.integration.project, id);
    const moment = { now: clock.now(), activityId: clock.activityId() };
    const decision = decide(event, { ...state, environment }, moment);
    if (decision.verdict === 'change') await commitDecision(ports, environment, decision);
    else if (isRepeated) await runAgain(effects, environment);
    log.info(`decided: ${decision.verdict}`, { ...fields, environment: id, because: decision.because });
  });
}
