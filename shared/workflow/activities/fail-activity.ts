import { running } from '../../domain/activities/activity.ts';
import type { RunEffect } from '../../domain/activities/effect.ts';
import { isFullCommit } from '../../domain/values/commit.ts';
import { explain } from '../../errors.ts';
import type { ActivityLog } from '../../ports/activities.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { Log } from '../../ports/log.ts';
import type { Mirrors } from '../../ports/mirrors.ts';
import type { Projects } from '../../ports/projects.ts';
import type { EffectQueue } from '../../ports/queues.ts';
import { concludeOnIntegration } from '../commit/integration-activities.ts';
import { concludeActivity } from './steps/conclude-activity.ts';
import { wholeCommit } from './steps/whole-commit.ts';

/** The ports of `failActivity`. */
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

/** Ends an activity as failed, with the error's text in its log, so that the next activity can start. */
export async function failActivity(ports: FailPorts, effect: RunEffect, error: unknown): Promise<void> {
  const { activity, project } = effect;
  const because = explain(error);
  ports.activityLog.append(project, activity.id, [`E: ${because}`]);
  const log = await ports.activityLog.take(project, activity.id);
  const ending = { result: 'failure' as const, because, log };
  if (effect.type === 'environment.run') {
    await concludeActivity(ports, project, effect.environment, {
      activity: activity.id,
      ending,
      reported_commit: await shownCommit(ports, effect),
      setback: true,
    });
  } else {
    await concludeOnIntegration(ports, { project, id: effect.integration }, activity.id, ending);
  }
}

/** The commit that gets the failed status; undefined when only an abbreviated id is known. */
async function shownCommit(
  ports: FailPorts,
  { project, environment: id }: Extract<RunEffect, { type: 'environment.run' }>,
): Promise<string | undefined> {
  const environment = await ports.environments.get(project, id);
  const activity = running(environment?.activities ?? []);
  const commit = environment && activity && (await wholeCommit(ports, environment, activity));
  return commit && isFullCommit(commit) ? commit : undefined;
}
