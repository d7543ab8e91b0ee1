import { explain } from '../errors.ts';
import type {
  ActivityLog,
  Clock,
  EffectQueue,
  Environments,
  Integrations,
  Log,
  Projects,
  RunEffect,
} from '../ports.ts';
import { concludeActivity } from './conclude-activity.ts';
import { concludeOnIntegration } from './integration-activities.ts';

export interface FailPorts {
  projects: Pick<Projects, 'get' | 'save'>;
  environments: Environments;
  integrations: Integrations;
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
        setback: true,
      });
    } else {
      await concludeOnIntegration(ports, { project, id: effect.integration }, activity.id, ending);
    }
  };
}
