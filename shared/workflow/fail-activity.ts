import { running } from '../domain/activity.ts';
import { isWhole } from '../domain/source-event.ts';
import { explain } from '../errors.ts';
import type {
  ActivityLog,
  Clock,
  EffectQueue,
  Environments,
  Integrations,
  Log,
  Mirrors,
  Projects,
  RunEffect,
} from '../ports.ts';
import { concludeActivity } from './conclude-activity.ts';
import { concludeOnIntegration } from './integration-activities.ts';
import { wholeCommit } from './whole-commit.ts';

export interface FailPorts {
  projects: Pick<Projects, 'get' | 'save'>;
  environments: Environments;
  integrations: Integrations;
  mirrors: Pick<Mirrors, 'read'>;
  effects: EffectQueue;
  activityLog: ActivityLog;
  clock: Clock;
  log: Log;
}

/** Ends an activity that cannot be done, so that its environment or integration is free for the next, and says why. */
export function failActivity(ports: FailPorts) {
  return async (effect: RunEffect, error: unknown): Promise<void> => {
    const { activity, project } = effect;
    const because = explain(error);
    await ports.activityLog.append(project, activity.id, [`E: ${because}`]);
    const ending = { result: 'failure' as const, because };
    if (effect.type === 'environment.run') {
      await concludeActivity(ports)(project, effect.environment, {
        activity: activity.id,
        ending,
        reported_commit: await shownCommit(ports, effect),
        setback: true,
      });
    } else {
      await concludeOnIntegration(ports, { project, id: effect.integration }, activity.id, ending);
    }
  };
}

/** The commit beside which Bitbucket shows the failure; undefined when nobody knows its whole id. */
async function shownCommit(
  ports: FailPorts,
  { project, environment: id }: Extract<RunEffect, { type: 'environment.run' }>,
): Promise<string | undefined> {
  const environment = await ports.environments.get(project, id);
  const activity = running(environment?.activities ?? []);
  const commit = environment && activity && (await wholeCommit(ports, environment, activity));
  return commit && isWhole(commit) ? commit : undefined;
}
